package dev.culvert.bench.peers;

import dev.culvert.bench.churn.CulvertServer;
import dev.culvert.bench.churn.Usage;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.device.InterfaceAddress;
import dev.culvert.tun.device.PacketDevice;
import dev.culvert.tun.device.PipelinedDevice;
import dev.culvert.tun.device.TunDevice;
import dev.culvert.tun.device.TunOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A server over Culvert, a process of its own in the client's network: {@code INTERFACE STACK HOST MTU
 * default|plain|pipelined [MSL]}, the MSL in ms. Says {@code ready}; to the line {@link #RECORDS} on its input it says how many connections
 * are in TIME-WAIT, to {@link #HELD} what it holds, to every other one what the threads of its data path have used, and it ends with its input.
 */
final class CulvertProcess {
    static final String RECORDS = "records";
    static final String HELD = "held";

    private CulvertProcess() {}

    /** Serves until its input ends. */
    public static void main(final String[] args) throws IOException {
        final TunDevice tun = TunDevice.attach(TunOptions.DEFAULT
                .withName(args[0])
                .withMtu(Integer.parseInt(args[3]))
                .withOffload(!args[4].equals("plain"))
                .withStackAddresses(List.of(InterfaceAddress.parse(args[1] + "/24")))
                .withHostAddresses(List.of(InterfaceAddress.parse(args[2] + "/24"))));
        final PacketDevice device = args[4].equals("pipelined") ? new PipelinedDevice(tun) : tun;
        final CulvertStack stack = CulvertStack.builder()
                .device(device)
                .name(args[0])
                .address(args[1])
                .tcp(TcpConfig.DEFAULT
                        .with()
                        .mslMs(args.length > 5 ? Integer.parseInt(args[5]) : TcpConfig.DEFAULT.mslMs())
                        .build())
                .build()
                .start();
        CulvertServer.listen(stack);
        final List<Thread> dataPath = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(args[0]))
                .toList();
        System.out.println("ready");
        try (BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = questions.readLine(); line != null; line = questions.readLine()) {
                System.out.println(
                        switch (line) {
                            case RECORDS -> Integer.toString(stack.statistics().timeWait());
                            case HELD -> Held.by(stack).words();
                            default -> Usage.of(dataPath).words();
                        });
            }
        }
        Runtime.getRuntime().halt(0);
    }
}
