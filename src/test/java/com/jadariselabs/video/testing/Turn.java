package com.jadariselabs.video.testing;

import com.google.common.reflect.Reflection;
import java.lang.reflect.InvocationTargetException;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.tomcat.jdbc.pool.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * A database that tests use by turns, emptied between two of them: its connections stay, which cost
 * more than most tests. Whoever has it opens connections of {@link #connections()} and gives them
 * back before the turn ends.
 */
final class Turn implements AutoCloseable {
  /** Nothing cleans what was deleted; a database that has seen more is not used again. */
  private static final int MOST_ROWS = 5_000;

  private static final Deque<Turn> FREE = new ConcurrentLinkedDeque<>();

  private final DataSource connections;
  private final Jdbi jdbi;

  /** Tables without a row after the migrations, and the rows of the others. */
  private final Map<String, String> seeds = new TreeMap<>();

  private int deleted;

  private Turn() {
    connections = Servers.connections(Servers.freshDatabase());
    connections.setMinIdle(4);
    connections.setRollbackOnReturn(true);
    connections.setValidationQuery("SELECT pg_advisory_unlock_all()");
    jdbi = Jdbi.create(connections);
    jdbi.useHandle(
        handle -> {
          for (String table : tables(handle)) {
            seeds.put(table, rows(handle, table));
          }
        });
  }

  /** One that nobody has, as the migrations leave it. */
  static Turn take() {
    Turn turn = FREE.poll();
    if (turn == null) {
      return new Turn();
    }
    turn.empty();
    return turn;
  }

  /** Open connections, and new ones; of a kind that another pool may draw from. */
  javax.sql.DataSource connections() {
    return Reflection.newProxy(
        javax.sql.DataSource.class,
        (proxy, method, arguments) -> {
          try {
            return method.invoke(connections, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private void empty() {
    jdbi.useTransaction(
        handle -> {
          // The ledger lets nobody delete from it, and foreign keys would ask for an order.
          handle.execute("SET LOCAL session_replication_role = replica");
          seeds.forEach((table, rows) -> restore(handle, table, rows));
          handle.execute(
              "SELECT setval(format('%I', sequencename)::regclass, start_value, false)"
                  + " FROM pg_sequences WHERE schemaname = 'public'");
        });
  }

  private void restore(Handle handle, String table, String rows) {
    deleted += handle.execute("DELETE FROM \"" + table + "\"");
    if (!rows.equals("[]")) {
      handle.execute(
          "INSERT INTO \"%1$s\" SELECT * FROM json_populate_recordset(NULL::\"%1$s\", (?)::json)"
              .formatted(table),
          rows);
    }
  }

  private static List<String> tables(Handle handle) {
    return handle
        .createQuery(
            "SELECT tablename FROM pg_tables"
                + " WHERE schemaname = 'public' AND tablename <> 'flyway_schema_history'")
        .mapTo(String.class)
        .list();
  }

  private static String rows(Handle handle, String table) {
    return handle
        .createQuery("SELECT coalesce(json_agg(t), '[]')::text FROM \"" + table + "\" t")
        .mapTo(String.class)
        .one();
  }

  /** Gives it back. */
  @Override
  public void close() {
    if (deleted < MOST_ROWS) {
      FREE.push(this);
    } else {
      connections.close(true);
    }
  }
}
