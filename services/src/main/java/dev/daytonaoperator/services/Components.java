package dev.daytonaoperator.services;

import java.util.List;

/** Every component of a platform, in the order in which they are shown and first created. */
public final class Components {

  private static final List<Component> ALL =
      List.of(
          new DatabaseComponent(),
          new CacheComponent(),
          new ObjectStorageComponent(),
          new RegistryComponent(),
          new DexComponent(),
          new JaegerComponent(),
          new OtelCollectorComponent(),
          new MailDevComponent(),
          new PgadminComponent(),
          new RegistryUiComponent(),
          new ApiComponent(),
          new ProxyComponent(),
          new SshGatewayComponent(),
          new RunnerComponent());

  private Components() {}

  public static List<Component> all() {
    return ALL;
  }
}
