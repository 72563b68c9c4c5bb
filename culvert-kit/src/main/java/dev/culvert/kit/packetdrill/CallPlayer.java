package dev.culvert.kit.packetdrill;

import dev.culvert.kit.posix.LinuxConstants;
import dev.culvert.kit.posix.SystemCall;

/** Makes the system calls of a script and judges what they return. A blocking one is judged when it has returned. */
final class CallPlayer {
    /** Longest time for which a call may block although the script does not say that it blocks. */
    private static final long PATIENCE_US = 3_600_000_000L;
    /** The same where a second takes a second. */
    private static final long REAL_PATIENCE_US = 20_000_000L;

    /** A call that has been made. */
    private record Open(Event event, Event.Call call, CallTable.Made made, long startUs, long endUs) {}

    private final ScriptWorld world;
    private final EventClock clock;
    private final CallTable table;
    private Open open;

    CallPlayer(final ScriptWorld world, final EventClock clock) {
        this.world = world;
        this.clock = clock;
        table = new CallTable(world);
        world.afterTime(this::settle);
    }

    void play(final Event event, final Event.Call call) {
        awaitReturn();
        clock.waitFor(event, "the call");
        final CallTable.Made made = table.make(event, call);
        final long endUs = call.endUs() < 0 ? -1 : call.endUs() + clock.baseUs();
        open = new Open(event, call, made, world.nowUs(), endUs);
        if (endUs < 0) {
            awaitReturn();
        } else {
            settle();
        }
    }

    /** Lets time pass until the open call has returned. */
    void awaitReturn() {
        if (open == null) {
            return;
        }
        final Open waiting = open;
        final long limit = waiting.endUs() < 0
                ? world.nowUs() + (world.settings.realTime() ? REAL_PATIENCE_US : PATIENCE_US)
                : waiting.endUs() + world.settings.toleranceUs(waiting.endUs() - waiting.startUs());
        world.runUntil(() -> waiting.made().call().isFinished(), limit);
        settle();
        if (open != null) {
            final String until = waiting.endUs() < 0
                    ? "it blocks; if it is meant to, write when it returns: TIME...TIME "
                    : "it had not returned at " + When.seconds(world.nowUs());
            throw new Mismatch(waiting.event().line(), waiting.call().name() + ": " + until);
        }
    }

    /** Judges the open call if it has returned. */
    private void settle() {
        if (open == null || !open.made().call().isFinished()) {
            return;
        }
        final Open done = open;
        open = null;
        record(done);
        try {
            judge(done);
        } catch (final Mismatch mismatch) {
            if (!world.settings.callsMayDiffer()) {
                throw mismatch;
            }
            world.record.add(world.nowUs(), "tolerated: " + mismatch.getMessage());
        }
    }

    private void record(final Open done) {
        final SystemCall call = done.made().call();
        final StringBuilder text = new StringBuilder(done.call().name()).append('(');
        text.append(String.join(
                ", ", done.call().arguments().stream().map(Object::toString).toList()));
        text.append(") = ").append(call.result());
        if (call.result() < 0) {
            text.append(' ').append(LinuxConstants.errorName(call.errno()));
        }
        world.record.add(world.sinceStartUs(call.finishedNs()), text.toString());
    }

    private void judge(final Open done) {
        final SystemCall live = done.made().call();
        final Event.Call call = done.call();
        final int line = done.event().line();
        if (!(call.result() instanceof Expression.Ellipsis)) {
            judgeResult(done, live, new Arguments(done.event(), call, world).value(call.result()));
        }
        if (call.errno() != null) {
            final Long errno = Symbols.value(call.errno());
            if (errno == null) {
                throw new Mismatch(line, "the error " + call.errno() + " is not known");
            }
            if (live.result() >= 0 || live.errno() != errno) {
                throw new Mismatch(
                        line, call.name() + ": expected " + call.errno() + ", but it returned " + shown(live));
            }
        }
        if (done.endUs() >= 0) {
            final String late =
                    clock.returnDifference(done.endUs(), done.startUs(), world.sinceStartUs(live.finishedNs()));
            if (late != null) {
                throw new Mismatch(line, call.name() + ": " + late);
            }
        }
        done.made().judge().run();
    }

    private static void judgeResult(final Open done, final SystemCall live, final long expected) {
        final boolean same =
                done.made().makesDescriptor() && expected >= 0 ? live.result() >= 0 : live.result() == (int) expected;
        if (!same) {
            throw new Mismatch(
                    done.event().line(),
                    done.call().name() + ": expected the result " + expected
                            + (done.call().errno() == null
                                    ? ""
                                    : " " + done.call().errno()) + ", but it returned "
                            + shown(live));
        }
    }

    private static String shown(final SystemCall live) {
        return live.result() < 0
                ? live.result() + " " + LinuxConstants.errorName(live.errno())
                : Long.toString(live.result());
    }
}
