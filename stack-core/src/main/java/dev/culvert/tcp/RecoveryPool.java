package dev.culvert.tcp;

import dev.culvert.buffer.Pool;
import dev.culvert.counters.Counters;
import dev.culvert.tcp.loss.LossRecovery;
import dev.culvert.tcp.loss.NewRenoRecovery;
import dev.culvert.tcp.loss.RackRecovery;

/** Loss recoveries that no connection uses: whether a peer sends SACK is known only after its SYN. Shard's thread only. */
final class RecoveryPool {
    private final Pool<LossRecovery> withSack = new Pool<>();
    private final Pool<LossRecovery> withoutSack = new Pool<>();
    private final Counters counters;

    /** An empty pool; the recoveries count here what they do. */
    RecoveryPool(final Counters counters) {
        this.counters = counters;
    }

    /** A recovery of the wanted kind for one that may be of the other, or null; the result has still to be opened. */
    LossRecovery change(final LossRecovery current, final boolean sack) {
        if (current != null && current.wantsSack() == sack) {
            return current;
        }
        if (current != null) {
            pool(!sack).give(current);
        }
        final LossRecovery pooled = pool(sack).take();
        if (pooled != null) {
            return pooled;
        }
        return sack ? new RackRecovery(counters) : new NewRenoRecovery();
    }

    private Pool<LossRecovery> pool(final boolean sack) {
        return sack ? withSack : withoutSack;
    }
}
