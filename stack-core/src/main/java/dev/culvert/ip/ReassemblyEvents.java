package dev.culvert.ip;

import dev.culvert.counters.DropReason;
import org.agrona.concurrent.UnsafeBuffer;

/** What a {@link Reassembler} tells the IP layer besides its answers. Called on the shard's thread. */
public interface ReassemblyEvents {
    /** A packet is given up and its fragments are thrown away; called once per packet. */
    void reassemblyFailed(DropReason reason);

    /**
     * Time ran out for a packet whose first fragment has arrived: the moment for an ICMP time exceeded, code 1 (RFC 1122
     * §3.3.2, RFC 8200 §4.5). Without the first fragment none is sent, and this is not called.
     *
     * @param buffer holds the first fragment as it came, whole; valid during the call
     */
    void reassemblyTimeExceeded(UnsafeBuffer buffer, int offset, int length);
}
