package dev.daytonaoperator.testing;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the shared control plane; see {@link OnControlPlane}. */
public final class ControlPlaneExtension implements ParameterResolver {

  private static final Set<Class<?>> PARAMETERS =
      Set.of(
          ControlPlane.class,
          AuditLog.class,
          Namespaces.class,
          TestNamespace.class,
          KubernetesClient.class);

  /** What one test class uses; closed after it. */
  private record Use(KubernetesClient client, Namespaces namespaces, TestNamespace own)
      implements AutoCloseable {

    static Use begin() {
      var client = ControlPlane.shared().client();
      var namespaces = new Namespaces(client);
      return new Use(client, namespaces, namespaces.create());
    }

    @Override
    public void close() {
      namespaces.delete();
      client.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return PARAMETERS.contains(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    var type = parameter.getParameter().getType();
    if (type == ControlPlane.class) {
      return ControlPlane.shared();
    }
    if (type == AuditLog.class) {
      return ControlPlane.shared().auditLog();
    }
    var use = useOf(context);
    if (type == KubernetesClient.class) {
      return use.client();
    }
    return type == Namespaces.class ? use.namespaces() : use.own();
  }

  private static Use useOf(ExtensionContext context) {
    var testClass = context.getRequiredTestClass();
    var store =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(ControlPlaneExtension.class, testClass));
    return store.computeIfAbsent(Use.class, key -> Use.begin(), Use.class);
  }
}
