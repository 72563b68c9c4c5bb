package dev.culvert.tun;

/**
 * How much a stack holds at one moment.
 *
 * @param connections control blocks, from SYN-SENT to LAST-ACK
 * @param halfOpen rows in SYN-RECEIVED
 * @param timeWait rows in TIME-WAIT
 * @param memoryInUseBytes off-heap memory for payload and rows
 */
public record StackStatistics(int connections, int halfOpen, int timeWait, long memoryInUseBytes) {
    static final StackStatistics NONE = new StackStatistics(0, 0, 0, 0);

    StackStatistics plus(final StackStatistics other) {
        return new StackStatistics(
                connections + other.connections,
                halfOpen + other.halfOpen,
                timeWait + other.timeWait,
                memoryInUseBytes + other.memoryInUseBytes);
    }
}
