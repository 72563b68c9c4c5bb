package dev.culvert.buffer;

/** Gets back memory that was handed to a connection by reference. Called on the shard's thread. */
@FunctionalInterface
public interface PayloadOwner {
    /** The stack no longer looks at the memory that came with this token: its bytes are acknowledged or given up. */
    void release(long token);
}
