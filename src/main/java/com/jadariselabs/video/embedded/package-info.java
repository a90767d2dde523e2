/**
 * The embedded PostgreSQL and Redis.
 *
 * <pre>
 * DATA_DIR/
 *   lock                 held by the one process that runs the embedded servers
 *   postgres/software-*  the unpacked programs
 *   postgres/cluster     the database's files
 *   postgres/port, postgres/password, postgres/server.log
 *   redis/               the same, and the append-only file
 * </pre>
 *
 * Both servers outlive a killed owner. The next start finds them by their remembered port and
 * adopts them when they know the password.
 */
@NullMarked
package com.jadariselabs.video.embedded;

import org.jspecify.annotations.NullMarked;
