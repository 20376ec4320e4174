package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.api.v1alpha1.Auth;
import dev.daytonaoperator.operator.credentials.CredentialOutcome.Certificates;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.util.IPAddress;

/** The installation's authority and server certificate, for {@code tls.type: SelfSigned}. */
final class SelfSigned {

  private static final String CERTIFICATE = "tls.crt";
  private static final String KEY = "tls.key";
  private static final String AUTHORITY = "ca.crt";
  private static final String COMPONENT = "tls";

  /** An authority must outlive what it signs. */
  private static final Duration SERVER_LIFE = Duration.ofDays(90);

  private final Drafts drafts;
  private final Rotations rotations;
  private final Clock clock;
  private final SecureRandom random;

  SelfSigned(Drafts drafts, Rotations rotations, Clock clock, SecureRandom random) {
    this.drafts = drafts;
    this.rotations = rotations;
    this.clock = clock;
    this.random = random;
  }

  Certificates collect(CredentialNeeds needs) {
    var now = clock.instant();
    var authorityDraft = drafts.open("ca", COMPONENT, Drafts.TLS);
    rotations.renew(Rotation.ca, authorityDraft, List.of(CERTIFICATE, KEY));
    var authority =
        stored(authorityDraft)
            .filter(found -> found.expires().isAfter(now.plus(SERVER_LIFE)))
            .orElseGet(() -> Certificate.authority(needs.owner().name(), now, random));
    store(authorityDraft, authority);

    var hosts = hosts(needs);
    var serverDraft = drafts.open("tls", COMPONENT, Drafts.TLS);
    var server =
        stored(serverDraft)
            .filter(found -> found.signedBy(authority))
            .filter(found -> found.hosts().equals(hosts))
            .filter(found -> found.renews().isAfter(now))
            .orElseGet(() -> authority.issue(hosts, now, random));
    store(serverDraft, server);
    serverDraft.put(AUTHORITY, authority.certificatePem());
    return new Certificates(
        serverDraft.name(), authorityDraft.name(), server.expires(), server.renews());
  }

  /** Every public host; sandboxes' previews are one label below the proxy's (contract T29). */
  private static Set<String> hosts(CredentialNeeds needs) {
    var endpoints = needs.endpoints();
    var hosts = new TreeSet<String>();
    hosts.add(host(endpoints.publicApiOrigin()));
    var proxy = host(endpoints.proxyProtocol() + "://" + endpoints.proxyDomain());
    hosts.add(proxy);
    if (!IPAddress.isValid(proxy)) {
      hosts.add("*." + proxy);
    }
    if (needs.spec().auth().type() == Auth.Type.Dex) {
      hosts.add(host(endpoints.publicIssuer()));
    }
    return hosts;
  }

  private static String host(String url) {
    return URI.create(url).getHost();
  }

  private static Optional<Certificate> stored(SecretDraft draft) {
    return Certificate.parse(draft.value(CERTIFICATE).orElse(""), draft.value(KEY).orElse(""));
  }

  private static void store(SecretDraft draft, Certificate certificate) {
    if (stored(draft).filter(certificate::equals).isEmpty()) {
      draft.put(CERTIFICATE, certificate.certificatePem());
      draft.put(KEY, certificate.keyPem());
    }
  }
}
