package dev.culvert.kit.packetdrill;

import static dev.culvert.kit.posix.LinuxConstants.AF_INET;
import static dev.culvert.kit.posix.LinuxConstants.AF_INET6;
import static dev.culvert.kit.posix.LinuxConstants.MSG_FASTOPEN;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.posix.Sockets;
import dev.culvert.kit.posix.SystemCall;

/** The system calls that scripts make, by name: from arguments to the call, and to the judgement of what it handed out. */
final class CallTable {
    /**
     * A call that has been made.
     *
     * @param makesDescriptor whether any descriptor will do as result
     * @param judge looks at what the call handed out, after it has returned the right result
     */
    record Made(SystemCall call, boolean makesDescriptor, Runnable judge) {
        Made(final SystemCall call) {
            this(call, false, () -> {});
        }
    }

    private final ScriptWorld world;
    private final Sockets stack;
    private final MessageCalls messages;
    private final ReadinessCalls readiness;
    private final OptionCalls options;

    CallTable(final ScriptWorld world) {
        this.world = world;
        stack = world.stack;
        messages = new MessageCalls(world);
        readiness = new ReadinessCalls(world);
        options = new OptionCalls(world);
    }

    Made make(final Event event, final Event.Call call) {
        final Arguments arguments = new Arguments(event, call, world);
        return switch (call.name()) {
            case "socket" -> socket(arguments, call);
            case "bind" -> bind(arguments);
            case "listen" -> listen(arguments);
            case "accept", "accept4" -> accept(arguments, call);
            case "connect" -> connect(arguments);
            case "close" -> close(arguments);
            case "shutdown" -> new Made(stack.shutdown(arguments.fd(0), arguments.number(1)));
            case "fcntl" ->
                new Made(stack.fcntl(
                        arguments.fd(0), arguments.number(1), arguments.count() > 2 ? arguments.number(2) : 0));
            case "ioctl" -> options.ioctl(arguments);
            case "getsockopt" -> options.get(arguments);
            case "setsockopt" -> options.set(arguments);
            case "read", "recv", "recvfrom", "readv", "recvmsg" -> messages.receive(call.name(), arguments);
            case "write", "send", "sendto", "writev", "sendmsg" -> send(call.name(), arguments);
            case "poll" -> readiness.poll(arguments);
            case "epoll_create", "epoll_create1" -> epollCreate(arguments, call);
            case "epoll_ctl" -> readiness.control(arguments);
            case "epoll_wait" -> readiness.waitFor(arguments);
            default -> throw new ScriptError(event.line(), "the system call '" + call.name() + "' is not supported");
        };
    }

    // ------------------------------------------------------------------ opening

    private Made socket(final Arguments arguments, final Event.Call call) {
        arguments.expectCount(3);
        final int domain =
                arguments.isEllipsis(0) ? world.settings.v6Sockets() ? AF_INET6 : AF_INET : arguments.number(0);
        final SystemCall live = stack.socket(domain, arguments.number(1), arguments.number(2));
        return new Made(live, true, () -> {
            if (live.result() >= 0) {
                final ScriptSocket socket = world.newSocket();
                socket.liveFd = (int) live.result();
                socket.scriptFd = (int) arguments.value(call.result());
                world.open(socket.scriptFd, socket.liveFd);
            }
        });
    }

    private Made bind(final Arguments arguments) {
        arguments.expectCount(3);
        return new Made(
                stack.bind(arguments.fd(0), arguments.address(1, world.settings.local(), world.settings.bindPort())));
    }

    private Made listen(final Arguments arguments) {
        arguments.expectCount(2);
        final ScriptSocket socket = world.byScriptFd(arguments.number(0));
        final SystemCall live = stack.listen(arguments.fd(0), arguments.number(1));
        if (live.result() == 0 && socket != null) {
            socket.state = ScriptSocket.State.LISTENING;
        }
        return new Made(live);
    }

    private Made accept(final Arguments arguments, final Event.Call call) {
        final int flags = arguments.count() > 3 ? arguments.number(3) : 0;
        final SystemCall live = stack.accept(arguments.fd(0), flags);
        return new Made(live, true, () -> {
            if (live.result() < 0) {
                return;
            }
            final int port = live.address() == null ? -1 : live.address().port();
            final int scriptFd = (int) arguments.value(call.result());
            final ScriptSocket accepted = world.toAccept(port);
            if (accepted != null) {
                accepted.scriptFd = scriptFd;
                accepted.liveFd = (int) live.result();
            }
            world.open(scriptFd, (int) live.result());
        });
    }

    private Made connect(final Arguments arguments) {
        arguments.expectCount(3);
        final SystemCall.Address remote = arguments.address(1, world.settings.remote(), world.settings.connectPort());
        connecting(arguments, remote);
        return new Made(stack.connect(arguments.fd(0), remote));
    }

    /** The next SYN that the script expects belongs to this socket. */
    private void connecting(final Arguments arguments, final SystemCall.Address remote) {
        final ScriptSocket socket = world.byScriptFd(arguments.number(0));
        if (socket == null || remote == null) {
            return;
        }
        if (remote.family() == 0) {
            socket.state = ScriptSocket.State.NEW;
        } else if (socket.state == ScriptSocket.State.NEW) {
            socket.state = ScriptSocket.State.CONNECTING;
            socket.ends =
                    new Endpoints(world.settings.local(), 0, world.settings.remote(), world.settings.connectPort());
        }
    }

    private Made send(final String name, final Arguments arguments) {
        if (name.equals("sendto") && (arguments.number(3) & MSG_FASTOPEN) != 0) {
            connecting(arguments, messages.destination(arguments));
        }
        if (name.equals("sendmsg") && (arguments.number(2) & MSG_FASTOPEN) != 0) {
            connecting(arguments, world.address(world.settings.remote(), world.settings.connectPort()));
        }
        return messages.send(name, arguments);
    }

    private Made epollCreate(final Arguments arguments, final Event.Call call) {
        arguments.expectCount(1);
        final SystemCall live = stack.epollCreate();
        return new Made(live, true, () -> world.open((int) arguments.value(call.result()), (int) live.result()));
    }

    private Made close(final Arguments arguments) {
        arguments.expectCount(1);
        final int scriptFd = arguments.number(0);
        final SystemCall live = stack.close(arguments.fd(0));
        final ScriptSocket socket = world.byScriptFd(scriptFd);
        if (socket != null) {
            socket.closed = true;
        }
        world.forget(scriptFd);
        return new Made(live);
    }
}
