package dev.culvert.endpoint.http;

/**
 * Shares memory for content under way among connections by a dynamic threshold: each may hold a fixed share of what is still
 * free (Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet switches", 1998). A few connections
 * get all they can use; thousands of slow ones get little each, and the sum stays below the total plus {@link #LEAST} for each.
 * Stack's thread only.
 */
final class SendBudget {
    /** What every connection may hold, in bytes. */
    static final int LEAST = 64 * 1024;

    private static final int SHARE = 4; // the inverse of it

    private final long totalBytes;
    private long heldBytes;

    SendBudget(final long totalBytes) {
        this.totalBytes = totalBytes;
    }

    /** As much as suits this JVM: a quarter of the memory that it may use directly, 32 to 256 MiB, shared by so many threads. */
    static SendBudget forThisJvm(final int threads) {
        final long all = Math.max(32L << 20, Math.min(Runtime.getRuntime().maxMemory() / 4, 256L << 20));
        return new SendBudget(all / threads);
    }

    /** One connection's holding has changed. */
    void account(final long changeBytes) {
        heldBytes += changeBytes;
    }

    /** What all connections hold, in bytes. */
    long heldBytes() {
        return heldBytes;
    }

    /** What one connection may hold now: a power of two from {@link #LEAST} up to {@code most}. */
    int allowance(final int most) {
        final long share = Math.max((totalBytes - heldBytes) / SHARE, LEAST);
        return (int) Math.min(Long.highestOneBit(share), most);
    }
}
