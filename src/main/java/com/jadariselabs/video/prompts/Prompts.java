package com.jadariselabs.video.prompts;

import com.google.common.hash.Hashing;
import com.jadariselabs.video.cache.Cache;
import com.jadariselabs.video.catalog.Model;
import com.jadariselabs.video.catalog.Quality;
import com.jadariselabs.video.moderation.Moderation;
import com.jadariselabs.video.moderation.Verdict;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Prompts in two levels: the rules, and before them, where one is configured, a chat whose phrases
 * are kept. Whatever is wrong with the chat or with what it says, the rules go on alone.
 * Thread-safe; nobody's thread waits for the chat.
 */
public final class Prompts implements AutoCloseable {
  private final PromptRules rules;
  private final Moderation moderation;
  private final ChatSettings settings;
  private final @Nullable Chat chat;
  private final Cache<String, String> kept;
  private final ConcurrentMap<String, CompletableFuture<Optional<String>>> asked =
      new ConcurrentHashMap<>();

  /**
   * @param kept phrases that the chat has given, by what it was asked; its loader finds none
   */
  public Prompts(
      PromptRules rules, Moderation moderation, ChatSettings settings, Cache<String, String> kept) {
    this.rules = rules;
    this.moderation = moderation;
    this.settings = settings;
    this.kept = kept;
    URI completions = settings.completions();
    this.chat = completions == null ? null : new Chat(settings, completions);
  }

  /**
   * The prompt as the model is to read it: the user's own words are always in it, first and
   * unchanged.
   *
   * @param style a style of the catalogue, or null
   */
  public CompletableFuture<String> enhance(
      String prompt, @Nullable String style, Quality quality, Model model) {
    Chat asking = chat;
    if (asking == null) {
      return CompletableFuture.completedFuture(rules.enhance(prompt, style, quality, model));
    }
    return phrases(asking, prompt)
        .thenApply(
            phrases ->
                phrases
                    .map(more -> rules.enhance(prompt, style, quality, model, more))
                    .filter(text -> moderation.check(text, text) instanceof Verdict.Allowed)
                    .orElseGet(() -> rules.enhance(prompt, style, quality, model)));
  }

  @Override
  public void close() {
    Optional.ofNullable(chat).ifPresent(Chat::close);
  }

  /** Asked once for each prompt, however many ask at once. */
  private CompletableFuture<Optional<String>> phrases(Chat asking, String prompt) {
    Language language = Language.of(prompt);
    String key =
        Hashing.sha256()
            .hashString(
                settings.model() + "\n" + language.code() + "\n" + prompt, StandardCharsets.UTF_8)
            .toString();
    Optional<String> known = kept.find(key);
    if (known.isPresent()) {
      return CompletableFuture.completedFuture(known);
    }
    CompletableFuture<Optional<String>> mine = new CompletableFuture<>();
    CompletableFuture<Optional<String>> other = asked.putIfAbsent(key, mine);
    if (other != null) {
      return other;
    }
    asking
        .phrases(prompt, language)
        .whenComplete(
            (phrases, failure) -> {
              Optional<String> said = failure == null ? phrases : Optional.empty();
              said.ifPresent(text -> kept.put(key, text));
              asked.remove(key, mine);
              mine.complete(said);
            });
    return mine;
  }
}
