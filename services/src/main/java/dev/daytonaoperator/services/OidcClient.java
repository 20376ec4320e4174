package dev.daytonaoperator.services;

/**
 * The OpenID Connect client that dashboard, API, proxy and CLI share.
 *
 * @param audience what the API demands in tokens; with Dex always the client's id (contract 1.1)
 */
record OidcClient(String id, String audience) {

  static OidcClient of(Inputs inputs) {
    var auth = inputs.spec().auth();
    return switch (auth.type()) {
      case Dex -> new OidcClient("daytona", "daytona");
      case External -> new OidcClient(auth.external().clientId(), auth.external().audience());
    };
  }
}
