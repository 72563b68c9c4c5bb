package dev.culvert.kit.packetdrill;

import dev.culvert.kit.posix.LinuxConstants;
import dev.culvert.kit.posix.SystemCall;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Plays one script, event by event. */
final class ScriptRun {
    private final PacketScript script;
    private final ScriptWorld world;
    private final EventClock clock;
    private final PacketPlayer packets;
    private final CallPlayer calls;
    private final Commands commands;
    private final Map<String, Object> variables = new HashMap<>();

    /** {@code directory} is where the script lies; null: it is no file. */
    ScriptRun(final PacketScript script, final ScriptWorld world, final Path directory) {
        this.script = script;
        this.world = world;
        clock = new EventClock(world);
        packets = new PacketPlayer(world, clock);
        calls = new CallPlayer(world, clock);
        commands = new Commands(world.stack::sysctl, text -> world.record.add(world.nowUs(), text), directory);
    }

    /**
     * From the first command to the last.
     *
     * @throws Mismatch something else happened than the script says
     * @throws ScriptError the script asks for what does not exist here
     */
    void run() {
        command(script.initEvent());
        world.start();
        final Event first = script.events().get(0);
        if (first.when().fromUs() != 0) {
            throw new ScriptError(first.line(), "the first event must be at time 0");
        }
        for (final Event event : script.events()) {
            clock.turnTo(event);
            play(event);
        }
        calls.awaitReturn();
        packets.noteUnread();
        command(script.cleanupEvent());
    }

    private void command(final Event event) {
        if (event != null && event.action() instanceof Event.Command command) {
            commands.run(command.text(), event.line());
        }
    }

    private void play(final Event event) {
        final Event.Action action = event.action();
        if (action instanceof Event.Tcp packet) {
            if (packet.inbound()) {
                packets.arrive(event, packet);
            } else {
                packets.expect(event, packet);
            }
        } else if (action instanceof Event.Icmp packet) {
            if (packet.inbound()) {
                packets.arrive(event, packet);
            } else {
                packets.expect(event, packet);
            }
        } else if (action instanceof Event.Call call) {
            calls.play(event, call);
        } else if (action instanceof Event.Code code) {
            clock.waitFor(event, "the code");
            code(event, code);
        } else {
            clock.waitFor(event, "the command");
            command(event);
        }
    }

    private void code(final Event event, final Event.Code code) {
        final ScriptSocket socket = world.underTest();
        if (socket != null && socket.liveFd >= 0) {
            final SystemCall info = world.stack.getsockopt(
                    socket.liveFd, LinuxConstants.SOL_TCP, LinuxConstants.TCP_INFO, TcpInfoNames.LENGTH);
            TcpInfoNames.put(info.data(), variables);
        }
        Snippet.run(code.text(), event.line(), variables, text -> world.record.add(world.nowUs(), text));
    }
}
