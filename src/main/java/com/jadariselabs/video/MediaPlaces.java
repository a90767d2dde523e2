package com.jadariselabs.video;

import com.jadariselabs.video.storage.LocalStorage;
import com.jadariselabs.video.storage.Storage;
import com.jadariselabs.video.storage.Storages;
import com.jadariselabs.video.storage.s3.S3Settings;
import com.jadariselabs.video.storage.s3.S3Storage;
import com.jadariselabs.video.storage.supabase.SupabaseSettings;
import com.jadariselabs.video.storage.supabase.SupabaseStorage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where media are kept and where pages find them, by the settings. */
record MediaPlaces(VideoConfiguration settings) {
  private static final String LOCAL = "local";
  private static final String SUPABASE = "supabase";
  private static final String S3 = "s3";

  /** All places that are configured. */
  Storages open(Path dataDir, Clock clock) throws IOException {
    String chosen = chosen();
    String appUrl = settings.service().appUrl();
    LocalStorage local =
        LocalStorage.open(
            dataDir,
            chosen.equals(LOCAL) ? cdnOr(appUrl) : appUrl,
            settings.media().secret(),
            clock);
    Map<String, Storage> elsewhere = new HashMap<>();
    SupabaseSettings supabase = settings.supabase();
    if (supabase.keepsMedia()) {
      elsewhere.put(
          SUPABASE, new SupabaseStorage(supabase, cdnOr(String.valueOf(supabase.url())), clock));
    }
    S3Settings s3 = settings.s3();
    if (s3.keepsMedia()) {
      elsewhere.put(S3, new S3Storage(s3, s3Links(), clock));
    }
    return new Storages(local, elsewhere, chosen);
  }

  /** The name of where new files go. */
  String chosen() {
    String named = settings.media().storage();
    if (named != null) {
      requireSettings(named);
      return named;
    }
    return settings.s3().keepsMedia() ? S3 : settings.supabase().keepsMedia() ? SUPABASE : LOCAL;
  }

  private void requireSettings(String named) {
    if (named.equals(S3) && !settings.s3().keepsMedia()) {
      throw new SettingException("MEDIA_STORAGE is s3, but S3_BUCKET names no bucket", null);
    }
    if (named.equals(SUPABASE) && !settings.supabase().keepsMedia()) {
      throw new SettingException(
          "MEDIA_STORAGE is supabase, but SUPABASE_STORAGE_BUCKET names no bucket", null);
    }
  }

  /** A signature covers the host: another one in front of a bucket has to do without. */
  private @Nullable String s3Links() {
    String own = settings.s3().publicUrl();
    return own == null ? settings.media().cdnBaseUrl() : own;
  }

  /** Where pages may fetch videos and posters besides the service. */
  List<String> mediaOrigins() {
    SupabaseSettings supabase = settings.supabase();
    return Stream.of(
            Optional.ofNullable(settings.media().cdnBaseUrl()),
            Optional.ofNullable(supabase.url()).filter(url -> supabase.keepsMedia()),
            Optional.of(settings.s3()).filter(S3Settings::keepsMedia).map(S3Settings::origin),
            Optional.ofNullable(settings.s3().publicUrl()))
        .flatMap(Optional::stream)
        .map(MediaPlaces::origin)
        .distinct()
        .toList();
  }

  /** Where pages may connect to besides the service: to sign in. */
  List<String> connectOrigins() {
    return Stream.ofNullable(settings.supabase().url()).map(MediaPlaces::origin).toList();
  }

  private String cdnOr(String own) {
    return Objects.requireNonNullElse(settings.media().cdnBaseUrl(), own);
  }

  private static String origin(String url) {
    URI uri = URI.create(url);
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }
}
