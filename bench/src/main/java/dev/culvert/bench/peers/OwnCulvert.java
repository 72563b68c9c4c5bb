package dev.culvert.bench.peers;

import dev.culvert.bench.churn.Child;
import dev.culvert.bench.churn.ChurnNetwork;
import dev.culvert.bench.churn.Processors;
import dev.culvert.bench.churn.Usage;
import java.util.ArrayList;
import java.util.List;

/** A Culvert in a process of its own, with an interface of its own in the client's network. */
record OwnCulvert(String address, Child child) implements AutoCloseable {
    /**
     * Starts it.
     *
     * @param net the first three numbers of its network
     */
    static OwnCulvert start(
            final ChurnNetwork network,
            final Processors processors,
            final String device,
            final String net,
            final int mslMs) {
        final List<String> command = new ArrayList<>(Child.java(CulvertProcess.class, processors.server()));
        command.addAll(List.of(device, net + ".2", net + ".1", "1500", "default", Integer.toString(mslMs)));
        return new OwnCulvert(net + ".2", network.server(null, command));
    }

    Usage usage() {
        return Usage.parse(child.say("").answer());
    }

    /** Connections in TIME-WAIT. */
    int standing() {
        return Integer.parseInt(child.say(CulvertProcess.RECORDS).answer());
    }

    Held held() {
        return Held.parse(child.say(CulvertProcess.HELD).answer());
    }

    @Override
    public void close() {
        child.close();
    }
}
