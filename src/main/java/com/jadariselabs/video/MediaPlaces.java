package com.jadariselabs.video;

import com.jadariselabs.video.storage.LocalStorage;
import com.jadariselabs.video.storage.Storage;
import com.jadariselabs.video.storage.Storages;
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

/** Where media are kept and where pages find them, by the settings. */
record MediaPlaces(VideoConfiguration settings) {
  private static final String LOCAL = "local";
  private static final String SUPABASE = "supabase";

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
    return new Storages(local, elsewhere, chosen);
  }

  /** The name of where new files go. */
  String chosen() {
    return settings.supabase().keepsMedia() ? SUPABASE : LOCAL;
  }

  /** Where pages may fetch videos and posters besides the service. */
  List<String> mediaOrigins() {
    SupabaseSettings supabase = settings.supabase();
    return Stream.of(
            Optional.ofNullable(settings.media().cdnBaseUrl()),
            Optional.ofNullable(supabase.url()).filter(url -> supabase.keepsMedia()))
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
