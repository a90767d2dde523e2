package com.jadariselabs.video.media;

import com.jadariselabs.video.media.Sniffed.Container;
import com.jadariselabs.video.media.Sniffed.Refused;
import com.jadariselabs.video.media.Sniffed.Video;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells videos from everything else by their first bytes and the plan of their boxes. */
final class Sniffer {
  private static final int LOOK_AT = 4096;
  private static final Set<String> PICTURES_AND_SOUND =
      Set.of(
          "heic", "heix", "heim", "heis", "hevc", "mif1", "msf1", "avif", "avis", "jpeg", "crx ",
          "M4A ", "M4B ", "M4P ", "F4A ", "F4B ", "aax ", "jp2 ", "jpx ");
  private static final Set<String> VIDEOS =
      Set.of(
          "isom", "avc1", "mp41", "mp42", "mp71", "M4V ", "M4VH", "M4VP", "MSNV", "f4v ", "F4V ",
          "dash", "cmfc", "cmfs", "XAVC", "NDSC", "NDSH", "av01", "hvc1", "mmp4", "3gp4");

  /** Signatures of what a provider's error, a proxy or an attacker sends instead of a video. */
  private static final List<Signature> OTHERS =
      List.of(
          new Signature("PK\3\4", "a zip archive"),
          new Signature("PK\5\6", "a zip archive"),
          new Signature("\u001f\u008b", "a gzip archive"),
          new Signature("%PDF", "a PDF document"),
          new Signature("\u0089PNG", "a PNG image"),
          new Signature("\u00ff\u00d8\u00ff", "a JPEG image"),
          new Signature("GIF8", "a GIF image"),
          new Signature("RIFF", "a RIFF file"),
          new Signature("\u007fELF", "a program"),
          new Signature("MZ", "a program"),
          new Signature("#!", "a script"),
          new Signature("#EXTM3U", "a playlist"),
          new Signature("ffconcat", "a playlist"),
          new Signature("OggS", "an Ogg file"),
          new Signature("ID3", "an MP3 file"));

  private record Signature(String bytes, String name) {}

  Sniffed sniff(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() == 0) {
        return new Refused("the file is empty");
      }
      ByteBuffer head = Box.read(channel, 0, (int) Math.min(LOOK_AT, channel.size()));
      String text = StandardCharsets.ISO_8859_1.decode(head.duplicate()).toString();
      if (text.startsWith("\u001aE\u00df\u00a3")) {
        return matroska(text);
      }
      String other = other(text);
      return other == null ? boxes(channel, head) : new Refused("the file is " + other);
    }
  }

  private static Sniffed matroska(String text) {
    int docType = text.indexOf("B\u0082");
    boolean webm = docType > 0 && docType < 64 && text.startsWith("webm", docType + 3);
    return webm
        ? new Video(Container.WEBM)
        : new Refused("the file is Matroska, which browsers do not play");
  }

  private static @Nullable String other(String text) {
    for (Signature signature : OTHERS) {
      if (text.startsWith(signature.bytes())) {
        return signature.name();
      }
    }
    String start = text.stripLeading().toLowerCase(Locale.ROOT).replace("\u00ef\u00bb\u00bf", "");
    if (start.startsWith("<")) {
      return start.startsWith("<?xml") ? "XML" : "HTML";
    }
    return start.startsWith("{") || start.startsWith("[") ? "JSON" : null;
  }

  private static Sniffed boxes(FileChannel channel, ByteBuffer head) throws IOException {
    List<Box> boxes = Box.topLevel(channel);
    if (boxes.isEmpty() || !Set.of("ftyp", "moov", "wide", "mdat").contains(boxes.get(0).type())) {
      return new Refused("the file is of no known kind");
    }
    // Old QuickTime files have no ftyp.
    Container container =
        boxes.get(0).type().equals("ftyp") ? container(head, boxes.get(0)) : Container.MOV;
    if (container == null) {
      return new Refused("the file is of the same family as MP4, but no video");
    }
    boolean whole = boxes.get(boxes.size() - 1).end() <= channel.size();
    if (!whole || boxes.stream().noneMatch(box -> box.type().equals("moov"))) {
      return new Refused("the video is cut short");
    }
    return new Video(container);
  }

  private static @Nullable Container container(ByteBuffer head, Box ftyp) {
    int end = (int) Math.min(ftyp.size(), head.remaining());
    if (end < 12) {
      return null;
    }
    String major = Box.type(head, 8);
    if (major.equals("qt  ")) {
      return Container.MOV;
    }
    if (PICTURES_AND_SOUND.contains(major)) {
      return null;
    }
    boolean video = isVideo(major);
    for (int at = 16; at + 4 <= end && !video; at += 4) {
      video = isVideo(Box.type(head, at));
    }
    return video ? Container.MP4 : null;
  }

  private static boolean isVideo(String brand) {
    return VIDEOS.contains(brand)
        || brand.startsWith("iso")
        || brand.startsWith("3gp")
        || brand.startsWith("3g2");
  }
}
