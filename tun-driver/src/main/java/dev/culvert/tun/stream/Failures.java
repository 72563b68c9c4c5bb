package dev.culvert.tun.stream;

import dev.culvert.env.Errno;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.TransportAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;

/** Error numbers as the exceptions that java.net throws. */
final class Failures {
    private Failures() {}

    /** Of a connection that could not be opened; {@code obstacle}: who has the local port, where that is why. */
    static IOException opening(final TransportAddress remote, final int errno, final String obstacle) {
        final String message = remote + ": " + Errno.message(errno) + (obstacle.isEmpty() ? "" : " (" + obstacle + ")");
        return switch (errno) {
            case Errno.EADDRINUSE, Errno.EADDRNOTAVAIL -> new BindException(message);
            case Errno.EHOSTUNREACH, Errno.ENETUNREACH -> new NoRouteToHostException(message);
            default -> new ConnectException(message);
        };
    }

    /** Of a connection that has ended. */
    static IOException ended(final int errno) {
        return new SocketException(errno == 0 ? "Socket is closed" : Errno.message(errno));
    }

    /** Of a stack that has ended. */
    static IOException stopped(final CulvertStack stack) {
        final String reason = stack.failure();
        return new SocketException(reason == null ? "the stack has stopped" : reason);
    }
}
