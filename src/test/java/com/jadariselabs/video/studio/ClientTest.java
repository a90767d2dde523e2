package com.jadariselabs.video.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.testing.Instance;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The JavaScript client in a page of another origin, against the running service. */
@ExtendWith(Stage.class)
final class ClientTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the scripts below have at hand. */
  private static final String AT_HAND =
      """
      const { VideoClient, VideoError } = await import(url + '/client/video-client.js');
      const lion = { prompt: 'A lion', model: 'wan2', duration: 2 };
      const told = [];
      const keep = ({ event, data, seq, terminal }) =>
          told.push({ event, seq: seq ?? null, percent: data.percent ?? null, terminal });
      const sockets = [];
      let away = false;
      class Cuttable extends WebSocket {
        constructor(...all) {
          if (away) throw new Error('away');
          super(...all);
          sockets.push(this);
        }
      }
      const until = async (met) => { while (!met()) await new Promise((r) => setTimeout(r, 10)); };
      """;

  /** A page waits for ever: this one says after a while that it does. */
  private static final String IN_TIME =
      """
      async ({ url, token }) => {
        const late = new Promise((_, reject) =>
            setTimeout(() => reject(new Error('nothing more came')), 20000));
        const result = await Promise.race([late, (async () => { %s })()]);
        return JSON.stringify(result);
      }
      """;

  private final List<String> complaints = new ArrayList<>();
  private BrowserContext context;
  private Page page;

  @BeforeEach
  void open() {
    context = Stage.browser().newContext();
    page = context.newPage();
    page.onPageError(complaints::add);
    page.navigate(Stage.elsewhere().page("/", "<!doctype html><title>Elsewhere</title>"));
  }

  @AfterEach
  void close() {
    context.close();
    assertThat(complaints).isEmpty();
  }

  @Test
  void a_page_of_another_origin_asks_for_a_video_and_follows_it_to_its_end() {
    JsonNode seen =
        run(
            "hedy",
            """
            const client = new VideoClient({ token });
            const { generation_id: id, credits_charged } = await client.submit(lion);
            for await (const event of client.watch(id)) keep(event);
            const generation = await client.get(id);
            const { generations } = await client.list({ limit: 1 });
            const { balance } = await client.credits();
            const { credits } = await client.me();
            const estimate = await client.estimate(lion);
            const { models } = await client.models();
            client.close();
            return { told, generation, generations, balance, credits, charged: credits_charged,
                     estimate, models: models.length, connection: client.connection };
            """);
    List<JsonNode> told = list(seen.path("told"));
    assertThat(told)
        .extracting(event -> event.path("seq").asLong())
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(told).filteredOn(event -> event.path("terminal").asBoolean()).hasSize(1);
    assertThat(told.get(told.size() - 1).path("event").asText()).isEqualTo("job:completed");
    assertThat(seen.at("/generation/status").asText()).isEqualTo("completed");
    assertThat(seen.at("/generations/0/id")).isEqualTo(seen.at("/generation/id"));
    assertThat(seen.path("balance").asInt()).isEqualTo(1000 - seen.path("charged").asInt());
    assertThat(seen.path("credits")).isEqualTo(seen.path("balance"));
    assertThat(seen.at("/estimate/credits")).isEqualTo(seen.path("charged"));
    assertThat(seen.path("models").asInt()).isPositive();
    assertThat(seen.path("connection").asText()).isEqualTo("idle");
  }

  @Test
  void an_interruption_is_resumed_by_seq_without_a_gap_and_nothing_is_told_twice() {
    JsonNode seen =
        run(
            "emmy",
            """
            const client = new VideoClient({ token, WebSocket: Cuttable, minDelay: 50 });
            const { generation_id: id } = await client.submit(lion);
            let cuts = 0;
            const watch = client.watch(id, { onEvent: (event) => {
              keep(event);
              if (cuts < 3 && !event.terminal) { cuts++; sockets.at(-1).close(); }
            } });
            await watch.finished;
            const late = await client.watch(id).finished;
            return { told, cuts, sockets: sockets.length, late: late.event };
            """);
    List<Long> seqs = list(seen.path("told")).stream().map(e -> e.path("seq").asLong()).toList();
    assertThat(seqs).isSorted().doesNotHaveDuplicates();
    assertThat(list(seen.path("told"))).filteredOn(e -> e.path("terminal").asBoolean()).hasSize(1);
    assertThat(seen.path("cuts").asInt()).isPositive();
    assertThat(seen.path("sockets").asInt()).isGreaterThan(1);
    assertThat(seen.path("late").asText()).isEqualTo("job:completed");
  }

  @Test
  void an_end_that_comes_while_the_socket_is_away_is_heard_of_when_it_is_back() {
    JsonNode seen =
        run(
            "ida",
            """
            const options = { token, WebSocket: Cuttable, minDelay: 50, pollAfterMillis: 600000 };
            const client = new VideoClient(options);
            const { generation_id: id } = await client.submit({ ...lion, duration: 10 });
            const watch = client.watch(id, { onEvent: keep });
            const all = client.watchAll();
            await until(() => client.connection === 'live' && told.length);
            away = true;
            sockets.forEach((socket) => socket.close());
            await client.cancel(id);
            away = false;
            const end = await watch.finished;
            const alls = [];
            for await (const event of all) { alls.push(event.event); if (event.terminal) break; }
            return { end: end.event, alls };
            """);
    assertThat(seen.path("end").asText()).isEqualTo("job:cancelled");
    assertThat(seen.path("alls")).extracting(JsonNode::asText).endsWith("job:cancelled");
  }

  @Test
  void where_sockets_are_blocked_the_service_is_asked_instead() {
    JsonNode seen =
        run(
            "sofia",
            """
            class Blocked { constructor() { throw new Error('blocked'); } }
            const options = { token, WebSocket: Blocked, pollAfterMillis: 0, pollMillis: 100 };
            const client = new VideoClient(options);
            const alls = [];
            const watching = client.watchAll({ onEvent: ({ event }) => alls.push(event) });
            const { generation_id: id } = await client.submit(lion);
            for await (const event of client.watch(id)) keep(event);
            await until(() => alls.includes('job:completed'));
            const unknown = await client.watch('gen_unknown').finished.catch((error) => error.code);
            client.close();
            return { told, alls, unknown };
            """);
    List<JsonNode> told = list(seen.path("told"));
    assertThat(told.get(told.size() - 1).path("event").asText()).isEqualTo("job:completed");
    assertThat(told)
        .filteredOn(event -> event.path("event").asText().equals("job:progress"))
        .extracting(event -> event.path("percent").asInt())
        .isSorted();
    assertThat(list(seen.path("alls")))
        .extracting(JsonNode::asText)
        .filteredOn(event -> event.equals("job:completed"))
        .hasSize(1);
    assertThat(seen.path("unknown").asText()).isEqualTo("not_found");
  }

  @Test
  void all_watches_share_one_socket_and_end_by_a_signal_or_when_they_are_stopped() {
    JsonNode seen =
        run(
            "rosalind",
            """
            const client = new VideoClient({ token, WebSocket: Cuttable });
            const long = { ...lion, duration: 15 };
            const ids = [];
            for (let i = 0; i < 3; i++) ids.push((await client.submit(long)).generation_id);
            const control = new AbortController();
            const [one, two, three] = [
              client.watch(ids[0], { signal: control.signal }),
              client.watch(ids[1]),
              client.watch(ids[2]),
            ];
            const twin = client.watch(ids[2], { onEvent: keep });
            await until(() => client.connection === 'live' && told.length);
            control.abort(new Error('enough'));
            two.stop();
            await client.cancel(ids[2]);
            const ends = await Promise.allSettled([one, two, three, twin].map((w) => w.finished));
            let thrown = null;
            try { for await (const event of one) keep(event); } catch (error) { thrown = error.message; }
            for (const id of ids.slice(0, 2)) await client.cancel(id);
            const stranger = await client.watch('gen_nobody').finished.catch((error) => error.code);
            return { sockets: sockets.length, thrown, stranger,
                     ends: ends.map(({ value, reason }) => value?.event ?? reason.message) };
            """);
    assertThat(seen.path("sockets").asInt()).isEqualTo(1);
    assertThat(seen.path("ends"))
        .extracting(JsonNode::asText)
        .containsExactly("enough", "The watch was stopped", "job:cancelled", "job:cancelled");
    assertThat(seen.path("thrown").asText()).isEqualTo("enough");
    assertThat(seen.path("stranger").asText()).isEqualTo("not_found");
  }

  @Test
  void a_submission_whose_answer_was_lost_is_sent_again_and_charged_once() {
    JsonNode seen =
        run(
            "maryam",
            """
            let sent = 0;
            const lossy = async (...all) => {
              const response = await fetch(...all);
              if (sent++ === 0) throw new TypeError('lost on the way');
              return response;
            };
            const client = new VideoClient({ token, fetch: lossy });
            const answer = await client.submit(lion);
            const again = await client.submit(lion, { idempotencyKey: 'mine' });
            const same = await client.submit(lion, { idempotencyKey: 'mine' });
            await client.cancel(answer.generation_id).catch(() => {});
            await client.cancel(again.generation_id).catch(() => {});
            const { entries } = await client.credits();
            return { sent, same: same.generation_id === again.generation_id,
                     charges: entries.filter(({ kind }) => kind === 'charge').length };
            """);
    assertThat(seen.path("charges").asInt()).isEqualTo(2);
    assertThat(seen.path("same").asBoolean()).isTrue();
  }

  @Test
  void refusals_are_errors_that_carry_the_problem() {
    JsonNode seen =
        run(
            "lise",
            """
            const client = new VideoClient({ url: url + '/', token });
            const caught = async (promise) => {
              try { await promise; return null; } catch (error) {
                return { typed: error instanceof VideoError, status: error.status, code: error.code,
                         fields: (error.errors ?? []).map(({ field }) => field), name: error.name,
                         trace: Boolean(error.traceId), transient: error.transient ?? null };
              }
            };
            const gone = new VideoClient({ url: 'http://localhost:1', token, retries: 0 });
            const renewed = [];
            const expired = new VideoClient({
              getToken: (renew) => { renewed.push(renew); return renew ? token : 'nonsense'; },
            });
            await expired.me();
            return {
              invalid: await caught(client.submit({ ...lion, duration: 0 })),
              poor: await caught(client.submit({ ...lion, model: 'sora', duration: 30, quality: 'ultra' })),
              foreign: await caught(client.get('gen_foreign')),
              stranger: await caught(new VideoClient({ token: 'nonsense' }).me()),
              gone: await caught(gone.submit(lion)),
              aborted: await caught(client.me({ signal: AbortSignal.abort() })),
              renewed,
            };
            """,
            "free");
    assertThat(seen.at("/invalid/code").asText()).isEqualTo("validation_failed");
    assertThat(seen.at("/invalid/fields/0").asText()).isEqualTo("duration");
    assertThat(seen.at("/invalid/trace").asBoolean()).isTrue();
    assertThat(seen.at("/poor/status").asInt()).isEqualTo(402);
    assertThat(seen.at("/foreign/code").asText()).isEqualTo("not_found");
    assertThat(seen.at("/stranger/code").asText()).isEqualTo("unauthorized");
    assertThat(seen.at("/gone/code").asText()).isEqualTo("unreachable");
    assertThat(seen.at("/gone/transient").asBoolean()).isTrue();
    assertThat(seen.at("/aborted/typed").asBoolean()).isFalse();
    assertThat(seen.at("/aborted/name").asText()).isEqualTo("AbortError");
    assertThat(seen.path("renewed")).extracting(JsonNode::asBoolean).containsExactly(false, true);
  }

  @Test
  void the_declarations_name_what_the_modules_export() {
    JsonNode seen =
        run(
            "ada",
            """
            const names = async (file) => {
              const text = await (await fetch(`${url}/client/${file}.d.ts`)).text();
              const exported = [...text.matchAll(/^export declare (?:class|function|const) (\\w+)/gm)];
              return { text, exported: exported.map(([, name]) => name).sort() };
            };
            const declared = await names('video-client');
            const body = declared.text.match(/^export declare class VideoClient[^]*?^}/m)[0];
            const members = [...body.matchAll(/^  (?:get )?(\\w+)\\(/gm)].map(([, name]) => name);
            const real = await import(url + '/client/video-client.js');
            const react = await import(url + '/client/react.js');
            return {
              declared: declared.exported,
              exported: Object.keys(real).sort(),
              members: members.sort(),
              methods: Object.getOwnPropertyNames(VideoClient.prototype).sort(),
              reactDeclared: (await names('react')).exported,
              reactExported: Object.keys(react).sort(),
              hook: (await names('use-video-generation')).exported,
            };
            """);
    assertThat(seen.path("declared")).isEqualTo(seen.path("exported"));
    assertThat(seen.path("members")).isEqualTo(seen.path("methods"));
    assertThat(seen.path("reactDeclared")).isEqualTo(seen.path("reactExported"));
    assertThat(seen.at("/hook/0").asText()).isEqualTo("useVideoGeneration");
  }

  private JsonNode run(String user, String script) {
    return run(user, script, "pro");
  }

  /** Runs the script in the page, with {@code url} and {@code token}. */
  private JsonNode run(String user, String script, String plan) {
    String token = Instance.token(user + "-of-client", plan, false);
    String wrapped = IN_TIME.formatted(AT_HAND + script);
    Object answer = page.evaluate(wrapped, Map.of("url", Stage.url().toString(), "token", token));
    try {
      return JSON.readTree(String.valueOf(answer));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static List<JsonNode> list(JsonNode array) {
    return Stream.of(JSON.convertValue(array, JsonNode[].class)).toList();
  }
}
