package com.jadariselabs.video.moderation;

import java.util.HashMap;
import java.util.Map;

/** Letters of other scripts that look like Latin ones, after lower-casing and decomposition. */
final class LookAlikes {
  private static final Map<Integer, String> LATIN = table();

  private LookAlikes() {}

  /** The text with such letters made Latin. */
  static String latin(String text) {
    StringBuilder latin = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              String replaced = c < 0x80 ? null : LATIN.get(c);
              if (replaced == null) {
                latin.appendCodePoint(c);
              } else {
                latin.append(replaced);
              }
            });
    return latin.toString();
  }

  private static Map<Integer, String> table() {
    Map<Integer, String> table = new HashMap<>();
    // Cyrillic, Greek, Armenian, IPA and small capitals, each above what it looks like.
    pair(table, "авеѕіјкмнорстухԁԛԝһѵьгӏҽпԍ", "abesijkmhopctyxdqwhvbrleng");
    pair(table, "αβγεηικνορτυχωσςδ", "abyenikvoptuxwssd");
    pair(table, "օսոցհզյլ", "ounghqjl");
    pair(table, "ɑɡɩɪʟɴʀʏʙɢʜᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱꜰ", "agiilnrybghacdejkmoptuvwzsf");
    pair(table, "łøđħŧıȷ", "lodhtij");
    pair(table, "ƒɛɔəɐʋ", "feoeav");
    for (int i = 0; i < 26; i++) {
      String letter = String.valueOf((char) ('a' + i));
      // Flags' letters, and those in black circles and squares: pictures to Unicode.
      table.put(0x1F1E6 + i, letter);
      table.put(0x1F150 + i, letter);
      table.put(0x1F170 + i, letter);
    }
    table.put((int) 'ß', "ss");
    table.put((int) 'æ', "ae");
    table.put((int) 'œ', "oe");
    return Map.copyOf(table);
  }

  private static void pair(Map<Integer, String> table, String foreign, String latin) {
    int[] from = foreign.codePoints().toArray();
    for (int i = 0; i < from.length; i++) {
      table.put(from[i], latin.substring(i, i + 1));
    }
  }
}
