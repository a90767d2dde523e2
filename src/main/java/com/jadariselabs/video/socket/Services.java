package com.jadariselabs.video.socket;

import com.jadariselabs.video.events.EventHub;
import com.jadariselabs.video.generation.Board;
import java.util.concurrent.Executor;

/**
 * What every client's handling needs.
 *
 * @param boardCalls runs what may take a database round trip; refuses when closed
 */
record Services(
    EventHub hub,
    Board board,
    Fanout fanout,
    Clients clients,
    Postman postman,
    Executor boardCalls,
    SocketMetrics metrics,
    SocketSettings settings) {}
