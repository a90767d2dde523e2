package com.jadariselabs.video.generation;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Rows as records, by JDBI's own rules; which column goes where is found out once for each list of
 * columns. JDBI compares every column's name with every component's, anew for each query: two
 * milliseconds for a generation. Thread-safe; public for JDBI's sake alone.
 */
public abstract class Rows<T> implements RowMapper<T> {
  private final RowMapper<T> byName;
  private final Map<List<String>, RowMapper<T>> known = new ConcurrentHashMap<>();

  private Rows(Class<T> type) {
    this.byName = ConstructorMapper.of(type);
  }

  @Override
  public final T map(ResultSet rows, StatementContext context) throws SQLException {
    return specialize(rows, context).map(rows, context);
  }

  @Override
  public final RowMapper<T> specialize(ResultSet rows, StatementContext context)
      throws SQLException {
    ResultSetMetaData columns = rows.getMetaData();
    String[] names = new String[columns.getColumnCount()];
    for (int i = 0; i < names.length; i++) {
      names[i] = columns.getColumnLabel(i + 1);
    }
    List<String> key = Arrays.asList(names);
    RowMapper<T> mapper = known.get(key);
    if (mapper == null) {
      mapper = byName.specialize(rows, context);
      known.put(key, mapper);
    }
    return mapper;
  }

  /** Generations. */
  public static final class OfGenerations extends Rows<Generation> {
    /** For JDBI. */
    public OfGenerations() {
      super(Generation.class);
    }
  }

  /** Generations that are an earlier one's result, with what their owner has. */
  public static final class OfRepeats extends Rows<Charge.Repeated> {
    /** For JDBI. */
    public OfRepeats() {
      super(Charge.Repeated.class);
    }
  }

  /** Attempts. */
  public static final class OfAttempts extends Rows<Attempt> {
    /** For JDBI. */
    public OfAttempts() {
      super(Attempt.class);
    }
  }

  /** Attempts that were just begun, with their generations. */
  public static final class OfBegun extends Rows<Attempts.Begun> {
    /** For JDBI. */
    public OfBegun() {
      super(Attempts.Begun.class);
    }
  }
}
