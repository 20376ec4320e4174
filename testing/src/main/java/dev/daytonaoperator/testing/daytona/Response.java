package dev.daytonaoperator.testing.daytona;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/** An answer; a missing node is an empty body. */
record Response(int status, JsonNode body) {

  static Response empty(int status) {
    return new Response(status, MissingNode.getInstance());
  }
}
