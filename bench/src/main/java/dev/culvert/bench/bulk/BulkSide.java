package dev.culvert.bench.bulk;

import dev.culvert.bench.churn.Child;
import dev.culvert.bench.churn.CulvertEnd;
import dev.culvert.bench.churn.Processors;
import dev.culvert.bench.churn.Usage;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.TunOptions;
import dev.culvert.tun.netns.PrivateNetwork;
import java.io.IOException;

/** A private network with Culvert at one end of its TUN interface, with offload or without, and the kernel at the other. */
final class BulkSide implements AutoCloseable {
    /** The kernel's congestion control: the machine's own may pace, and would be measured instead. */
    static final String KERNEL_CONTROL = "reno";

    private final String culvertAddress;
    private final long bytes;
    private final PrivateNetwork network;
    private final CulvertEnd culvert;
    private final Child client;

    private BulkSide(
            final String culvertAddress,
            final long bytes,
            final PrivateNetwork network,
            final CulvertEnd culvert,
            final Child client) {
        this.culvertAddress = culvertAddress;
        this.bytes = bytes;
        this.network = network;
        this.culvert = culvert;
        this.client = client;
    }

    /** Makes it; transfers will be of so many bytes. */
    static BulkSide open(final TunOptions options, final Processors processors, final long bytes) throws IOException {
        final PrivateNetwork network = PrivateNetwork.open(options);
        try {
            Child.script(network, "echo " + KERNEL_CONTROL + " >/proc/sys/net/ipv4/tcp_congestion_control");
            final CulvertEnd culvert = CulvertEnd.start(network, TcpConfig.DEFAULT, processors.server());
            BulkServer.listen(culvert.stack(), bytes);
            final Child client = Child.start(network, Child.java(BulkClient.class, processors.client()));
            final String address = options.stackV4().orElseThrow().address().toString();
            client.answer(); // it is ready
            return new BulkSide(address, bytes, network, culvert, client);
        } catch (final IOException | RuntimeException failed) {
            network.device().close();
            network.close();
            throw failed;
        }
    }

    /** One transfer. */
    Sample transfer(final Direction direction) {
        final long toSend = direction == Direction.UP ? bytes : 0;
        final Usage before = culvert.usage();
        final Transfer seen = Transfer.parse(client.say(culvertAddress + " " + direction.port + " " + toSend)
                .answer());
        if (seen.bytes() != bytes) {
            throw new DeviceException(seen.bytes() + " of " + bytes + " bytes have arrived");
        }
        return new Sample(seen, culvert.usage().since(before));
    }

    @Override
    public void close() {
        client.close();
        culvert.close();
        network.close();
    }
}
