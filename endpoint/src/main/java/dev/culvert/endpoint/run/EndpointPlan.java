package dev.culvert.endpoint.run;

import dev.culvert.kit.trace.FlowFiles;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.tun.device.ImpairmentPlan;
import dev.culvert.tun.device.TunOptions;
import java.nio.file.Path;

/**
 * How an endpoint is to be set up.
 *
 * @param name of its control socket
 * @param tun interface and addresses
 * @param attach whether the interface is that of the program's own network namespace instead of one in a private network
 * @param pipelined whether reading and writing have threads of their own
 * @param tcp what connections start from
 * @param memoryBytes most off-heap memory; 0: the default
 * @param maxTimeWait TIME-WAIT rows at most; 0: as many as memory can hold
 * @param timeWaitOverflow what happens beyond that
 * @param secret file that keeps keys and clock over restarts; null: none
 * @param capture file that all packets are recorded in; null: none
 * @param flows where it is recorded what connections do over time
 * @param impairment how the link is made worse; null: not at all
 */
public record EndpointPlan(
        String name,
        TunOptions tun,
        boolean attach,
        boolean pipelined,
        TcpConfig tcp,
        long memoryBytes,
        int maxTimeWait,
        TimeWaitOverflow timeWaitOverflow,
        Path secret,
        Path capture,
        FlowFiles flows,
        ImpairmentPlan impairment) {}
