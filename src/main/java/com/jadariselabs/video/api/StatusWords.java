package com.jadariselabs.video.api;

import org.eclipse.jetty.http.HttpStatus;

/** What is said where nothing but a status is known. */
final class StatusWords {
  private StatusWords() {}

  /** A problem of this status. */
  static Problem problem(int status) {
    int error = status >= 400 && status < 600 ? status : 500;
    return Problem.ofStatus(error, HttpStatus.getMessage(error), detail(error));
  }

  private static String detail(int status) {
    return switch (status) {
      case 400 -> "The request is not well formed";
      case 401 -> "A valid token is needed";
      case 403 -> "This is not allowed";
      case 404 -> "There is nothing at this path";
      case 405 -> "This path does not take the request's method";
      case 406 -> "No representation that the request accepts is available";
      case 408 -> "The request took too long to arrive";
      case 413 -> "The body is too large";
      case 414 -> "The request's address is too long";
      case 415 -> "The body must be application/json";
      case 416 -> "The requested range is not in the file";
      case 429 -> "Too many requests";
      case 431 -> "The request's headers are too large";
      case 503 -> "The service cannot do this right now; nothing was charged";
      default ->
          status < 500
              ? "The request cannot be honoured"
              : "The request could not be processed; it has been logged";
    };
  }
}
