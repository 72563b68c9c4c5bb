package dev.culvert.bench.load;

import dev.culvert.timer.ShardTimers;
import dev.culvert.timer.TimerHandler;
import dev.culvert.timer.TimerKind;
import dev.culvert.timer.TimerNode;
import java.util.SplittableRandom;

/** A wheel with a million timers, each started again when it fires. One thread. */
public final class TimerLoad implements TimerHandler {
    /** Timers that run. */
    public static final int TIMERS = 1_000_000;
    /** Timers that fire in one {@link #fireBatch}, in the long run. */
    public static final int BATCH = 1_024;

    private static final long TICK_NS = 1_000_000;
    private static final int MOST_TICKS = 60_000;
    private static final int FIXED_TICKS = 5_000;
    private static final long SEED = 7;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final ShardTimers timers = new ShardTimers(0);
    private final boolean mixed;
    private long nowNs;
    private long fired;

    /** All timers running: with deadlines from 1 ms to 60 s away, or with the same one. */
    public TimerLoad(final boolean mixed) {
        this.mixed = mixed;
        for (int i = 0; i < TIMERS; i++) {
            start(new TimerNode(null));
        }
    }

    private void start(final TimerNode node) {
        final int ticks = mixed ? 1 + random.nextInt(MOST_TICKS) : FIXED_TICKS;
        timers.set(node, TimerKind.RETRANSMIT, nowNs + ticks * TICK_NS);
    }

    @Override
    public void onTimer(final TimerNode node, final TimerKind kind, final long firedNs) {
        fired++;
        start(node);
    }

    /** Lets time pass until one more batch has fired. */
    public void fireBatch() {
        fired -= BATCH;
        while (fired < 0) {
            nowNs += TICK_NS;
            timers.expire(nowNs, this);
        }
    }

    /** Lets all fire that have the same deadline. */
    public void fireAll() {
        fired = 0;
        nowNs += FIXED_TICKS * TICK_NS;
        timers.expire(nowNs, this);
        DrivenShard.require("timers fired", TIMERS, fired);
    }
}
