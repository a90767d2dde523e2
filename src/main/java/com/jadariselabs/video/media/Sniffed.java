package com.jadariselabs.video.media;

/** What a file's own bytes say about it; its name and its declared type are never asked. */
public sealed interface Sniffed {

  /** A video that browsers know how to open. */
  record Video(Container container) implements Sniffed {}

  /** Anything else. */
  record Refused(String reason) implements Sniffed {}

  /** How a video is wrapped. */
  enum Container {
    MP4("video/mp4"),
    MOV("video/quicktime"),
    WEBM("video/webm");

    private final String contentType;

    Container(String contentType) {
      this.contentType = contentType;
    }

    /** The media type to serve it with. */
    public String contentType() {
      return contentType;
    }
  }
}
