package dev.culvert.kit.explore;

import static dev.culvert.kit.explore.Step.ABORT;
import static dev.culvert.kit.explore.Step.AWAIT_END;
import static dev.culvert.kit.explore.Step.CLOSE;
import static dev.culvert.kit.explore.Step.CONNECT;
import static dev.culvert.kit.explore.Step.CRASH;
import static dev.culvert.kit.explore.Step.LISTEN;
import static dev.culvert.kit.explore.Step.SHUTDOWN;
import static dev.culvert.kit.explore.Step.send;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A small world: what the applications of two hosts do. Each host has programs that run side by side; their steps, too, come
 * in every order. Immutable.
 *
 * @param name how it is called on the command line
 * @param description one line
 * @param listens whether b waits for connections; otherwise both open at once
 * @param a the programs of host a
 * @param b the programs of host b
 */
public record Model(String name, String description, boolean listens, List<List<Step>> a, List<List<Step>> b) {
    /** Text of one full segment under the configuration that models are played with. */
    static final int SEGMENT = 536;

    private static final List<Model> BUILT_IN = List.of(
            new Model(
                    "open",
                    "A connection is opened; the end that opened it closes it.",
                    true,
                    only(CONNECT, SHUTDOWN),
                    only(CLOSE)),
            new Model("close", "The end that was connected to closes.", true, only(CONNECT, CLOSE), only(SHUTDOWN)),
            new Model(
                    "simultaneous-open",
                    "Both ends open at once, then close one after the other.",
                    false,
                    only(CONNECT, SHUTDOWN),
                    only(CONNECT, CLOSE)),
            new Model("simultaneous-close", "Both ends close at once.", true, only(CONNECT, SHUTDOWN), only(SHUTDOWN)),
            new Model(
                    "half-close",
                    "A request with its end; the response comes through the half-closed connection.",
                    true,
                    only(CONNECT, send(SEGMENT), SHUTDOWN),
                    only(AWAIT_END, send(SEGMENT), CLOSE)),
            new Model(
                    "data",
                    "Three segments through a window of two, and one back.",
                    true,
                    only(CONNECT, send(3 * SEGMENT), SHUTDOWN),
                    only(send(SEGMENT), SHUTDOWN)),
            new Model(
                    "reset",
                    "The end that opened the connection resets it at any point of an exchange.",
                    true,
                    List.of(List.of(CONNECT, send(SEGMENT), SHUTDOWN), List.of(ABORT)),
                    only(send(SEGMENT), SHUTDOWN)),
            new Model(
                    "reopen",
                    "The same two ports are connected again while the first connection is in TIME-WAIT.",
                    true,
                    only(CONNECT, send(1), CLOSE, CONNECT, send(1), CLOSE),
                    only(SHUTDOWN)),
            new Model(
                    "retry",
                    "The first attempt is given up; its SYN meets the second one.",
                    true,
                    only(CONNECT, ABORT, CONNECT, SHUTDOWN),
                    only(CLOSE)),
            new Model(
                    "crash",
                    "The end that opened the connection loses its memory at any point and connects again.",
                    true,
                    List.of(List.of(CONNECT, send(1), SHUTDOWN), List.of(CRASH, CONNECT, SHUTDOWN)),
                    List.of(List.of(send(1)), List.of(CLOSE))),
            new Model(
                    "passive",
                    "The end that opened a connection gives it up and waits for one itself.",
                    true,
                    only(CONNECT, ABORT, LISTEN),
                    only(CLOSE)));

    private static List<List<Step>> only(final Step... steps) {
        return List.of(List.of(steps));
    }

    /** The models that come with the kit. */
    public static List<Model> builtIn() {
        return BUILT_IN;
    }

    /** The built-in model of this name. */
    public static Optional<Model> named(final String name) {
        return BUILT_IN.stream().filter(model -> model.name.equals(name)).findFirst();
    }

    /** Whether a host may break a connection off, so that text and ends may go missing. */
    boolean breaksOff() {
        return Stream.concat(a.stream(), b.stream())
                .anyMatch(program -> program.contains(ABORT) || program.contains(CRASH));
    }
}
