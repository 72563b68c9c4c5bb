package dev.culvert.kit.scenario;

import dev.culvert.kit.sim.LinkConfig;
import dev.culvert.shard.ShardConfig;
import dev.culvert.wire.IpAddress;
import java.util.List;

/**
 * What is simulated: stacks, switches, links between them and applications. Immutable. {@link ScenarioReader} makes one from a
 * file, {@link ScenarioRun} plays it.
 *
 * @param name the file's or the built-in scenario's
 * @param description one line
 * @param end when the run is over
 */
public record Scenario(
        String name,
        String description,
        List<Stack> stacks,
        List<String> switches,
        List<Link> links,
        List<Flow> flows,
        End end) {

    /**
     * A host.
     *
     * @param batchNs how long packets wait to be taken in one batch, in ns; 0: each is a batch of its own
     */
    public record Stack(String name, ShardConfig config, long batchNs) {}

    /**
     * A cable between two nodes, with what it does in each direction, at first and from certain times on.
     *
     * @param where the place in the file, for messages
     */
    public record Link(
            String name, String a, String b, LinkConfig toB, LinkConfig toA, List<Change> changes, String where) {}

    /** From this time on a link does that. */
    public record Change(long atNs, LinkConfig toB, LinkConfig toA) {}

    /** Who closes a connection, and how. */
    public enum Closing {
        /** The client, when everything has been said; the server follows. */
        CLIENT,
        /** The server, when everything has been said; the client follows. */
        SERVER,
        /** Each as soon as it has sent everything. */
        BOTH,
        /** The client resets the connection when everything has been said. */
        CLIENT_ABORT,
        /** The server resets the connection when everything has been said. */
        SERVER_ABORT
    }

    /**
     * How an application at one end reads and writes.
     *
     * @param writeChunk bytes per send call
     * @param writePauseNs time between send calls
     * @param readChunk bytes per receive call
     * @param readPauseNs time between receive calls
     * @param stopAfter received bytes after which it stops reading for once; −1: never
     * @param stopForNs for how long
     */
    public record Manners(
            int writeChunk, long writePauseNs, int readChunk, long readPauseNs, long stopAfter, long stopForNs) {
        /** Takes and gives as much as there is. */
        public static final Manners PLAIN = new Manners(65_536, 0, 65_536, 0, -1, 0);
    }

    /**
     * An application: a server that waits on a port and clients that connect and exchange requests and responses with it.
     *
     * @param from the clients' stack
     * @param to the server's stack
     * @param startNs when the first client connects
     * @param connections how many in all
     * @param atOnce how many at a time, at most
     * @param everyNs least time from one start to the next
     * @param rounds requests, each with its response, per connection
     * @param request bytes of a request
     * @param response bytes of a response
     * @param duplex whether the server sends without waiting for requests
     * @param thinkNs time between a response and the next request
     */
    public record Flow(
            String name,
            String from,
            String to,
            IpAddress source,
            IpAddress destination,
            int port,
            long startNs,
            int connections,
            int atOnce,
            long everyNs,
            int rounds,
            long request,
            long response,
            boolean duplex,
            long thinkNs,
            Closing closing,
            Manners client,
            Manners server) {}

    /** What ends a run. */
    public enum When {
        /** All applications have done everything. */
        DONE,
        /** And all stacks are back where they began: TIME-WAIT is over. */
        CLOSED,
        /** The time alone. */
        TIME
    }

    /**
     * When the run is over.
     *
     * @param limitNs at the latest, in virtual time
     */
    public record End(When when, long limitNs) {}
}
