package com.jadariselabs.video.generation;

import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** What an account has to spend; apart, since each call makes all statements of its DAO ready. */
interface PurseDao {
  record Purse(long balance, String status) {}

  @SqlQuery("SELECT balance, status FROM accounts WHERE user_id = :userId FOR UPDATE")
  @RegisterConstructorMapper(Purse.class)
  Optional<Purse> lockAccount(@Bind("userId") String userId);
}
