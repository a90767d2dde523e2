package com.jadariselabs.video.sandbox;

import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.GlyphData;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;

/**
 * Text as shapes, from the outlines of a font that we bring along: Java's own fonts need
 * fontconfig, which slim containers lack. Thread-safe.
 */
final class Lettering {
  private static final String FONT = "/fonts/LiberationSans-Bold.ttf";

  private final TrueTypeFont font;
  private final CmapLookup characters;
  private final double unitsPerEm;
  private final ConcurrentHashMap<Integer, Glyph> glyphs = new ConcurrentHashMap<>();

  private record Glyph(Path2D outline, double advance) {}

  private Lettering(TrueTypeFont font) throws IOException {
    this.font = font;
    this.characters = font.getUnicodeCmapLookup();
    this.unitsPerEm = font.getUnitsPerEm();
  }

  static Lettering load() throws IOException {
    try (InputStream in = Lettering.class.getResourceAsStream(FONT)) {
      if (in == null) {
        throw new FileNotFoundException("class path resource " + FONT);
      }
      return new Lettering(new TTFParser().parse(new RandomAccessReadBuffer(in)));
    }
  }

  /** How wide this text is at a size of 1. */
  double width(String text) {
    return text.codePoints().mapToDouble(c -> glyph(c).advance()).sum();
  }

  /** The outline of one line whose baseline starts at this point; y grows downwards. */
  Path2D line(String text, double x, double y, double size) {
    Path2D line = new Path2D.Double(Path2D.WIND_NON_ZERO);
    double at = x;
    for (int codePoint : text.codePoints().toArray()) {
      Glyph glyph = glyph(codePoint);
      AffineTransform place = AffineTransform.getTranslateInstance(at, y);
      place.scale(size, -size);
      line.append(glyph.outline().getPathIterator(place), false);
      at += glyph.advance() * size;
    }
    return line;
  }

  private Glyph glyph(int codePoint) {
    Glyph known = glyphs.get(codePoint);
    return known == null ? load(codePoint) : known;
  }

  /** The font reads its tables lazily from one stream: one thread at a time. */
  private synchronized Glyph load(int codePoint) {
    try {
      int id = characters.getGlyphId(codePoint);
      // Glyph 0 is the box for what the font does not have: leave it out.
      GlyphData data = id == 0 ? null : font.getGlyph().getGlyph(id);
      Path2D outline = data == null ? new Path2D.Double() : data.getPath();
      outline.transform(AffineTransform.getScaleInstance(1 / unitsPerEm, 1 / unitsPerEm));
      double advance = id == 0 ? 0 : font.getAdvanceWidth(id) / unitsPerEm;
      Glyph glyph = new Glyph(outline, advance);
      glyphs.put(codePoint, glyph);
      return glyph;
    } catch (IOException e) {
      return new Glyph(new Path2D.Double(), 0);
    }
  }
}
