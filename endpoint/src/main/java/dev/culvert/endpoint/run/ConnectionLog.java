package dev.culvert.endpoint.run;

import dev.culvert.env.Errno;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.tun.Connection;
import dev.culvert.tun.StackMonitor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Says a line when a connection has ended: who, what, how much, how long, how. */
final class ConnectionLog implements StackMonitor {
    private final Console console;
    private final LongSupplier nanoClock;
    private final Runnable stackFailed;
    private final Map<Integer, String> services = new ConcurrentHashMap<>();
    private final Map<Connection, Long> openedNs = Collections.synchronizedMap(new IdentityHashMap<>());

    ConnectionLog(final Console console, final LongSupplier nanoClock, final Runnable stackFailed) {
        this.console = console;
        this.nanoClock = nanoClock;
        this.stackFailed = stackFailed;
    }

    /** What listens on a port. */
    void name(final int port, final String service) {
        services.put(port, service);
    }

    @Override
    public void onOpened(final Connection connection, final boolean passive) {
        openedNs.put(connection, nanoClock.getAsLong());
    }

    @Override
    public void onClosed(final Connection connection, final int error, final long written, final long read) {
        final Long sinceNs = openedNs.remove(connection);
        if (console.wants(Console.CONNECTIONS)) {
            final double seconds = sinceNs == null ? 0 : (nanoClock.getAsLong() - sinceNs) / 1e9;
            final int port = connection.localAddress().port();
            console.say(String.format(
                    Locale.ROOT,
                    "%s %s: %d bytes in, %d out, %.3f s, %s",
                    connection.remoteAddress(),
                    services.getOrDefault(port, "port " + port),
                    read,
                    written,
                    seconds,
                    ending(error)));
        }
    }

    private static String ending(final int error) {
        return error == 0 ? "closed" : Errno.message(error).toLowerCase(Locale.ROOT);
    }

    @Override
    public void onHandlerFailure(final Connection connection, final Throwable failure) {
        final String where = connection == null ? "" : ", connection from " + connection.remoteAddress() + " aborted";
        console.say("internal error" + where + ": " + failure);
        if (console.wants(Console.CONNECTIONS)) {
            final StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            console.say(trace.toString().stripTrailing());
        }
    }

    @Override
    public void onTimeWaitFull(final long connections, final int cap, final TimeWaitOverflow policy) {
        console.say(StackMonitor.timeWaitFull(connections, cap, policy));
    }

    @Override
    public void onStackFailure(final String reason, final int error) {
        console.say(reason + "; connections end with: " + Errno.message(error));
        stackFailed.run();
    }
}
