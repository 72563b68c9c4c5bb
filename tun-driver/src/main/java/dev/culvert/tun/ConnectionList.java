package dev.culvert.tun;

import java.util.function.Consumer;

/** The connections of a loop, linked through themselves. One thread. */
final class ConnectionList {
    private LocalConnection first;

    boolean isEmpty() {
        return first == null;
    }

    void add(final LocalConnection connection) {
        connection.next = first;
        if (first != null) {
            first.previous = connection;
        }
        first = connection;
    }

    void remove(final LocalConnection connection) {
        if (connection.previous != null) {
            connection.previous.next = connection.next;
        } else if (first == connection) {
            first = connection.next;
        }
        if (connection.next != null) {
            connection.next.previous = connection.previous;
        }
        connection.previous = null;
        connection.next = null;
    }

    /** Does something with each; it may remove the one that it is given. */
    void forEach(final Consumer<LocalConnection> action) {
        LocalConnection connection = first;
        while (connection != null) {
            final LocalConnection following = connection.next;
            action.accept(connection);
            connection = following;
        }
    }
}
