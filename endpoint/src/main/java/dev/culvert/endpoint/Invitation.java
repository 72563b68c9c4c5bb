package dev.culvert.endpoint;

import dev.culvert.endpoint.run.Endpoint;
import dev.culvert.endpoint.service.ServiceKind;
import dev.culvert.endpoint.service.ServiceSpec;
import dev.culvert.wire.IpAddress;
import java.util.List;
import java.util.stream.Collectors;

/** What a user is told when an endpoint is ready: where it listens, what to try, and from where. */
final class Invitation {
    private Invitation() {}

    /** The lines; {@code beside}: a command runs beside the endpoint. */
    static List<String> of(final Endpoint endpoint, final List<ServiceSpec> services, final boolean beside) {
        final String attempt = attempt(endpoint, services);
        return List.of(ready(endpoint, services), beside ? besideCommand(endpoint, attempt) : alone(endpoint, attempt));
    }

    private static String ready(final Endpoint endpoint, final List<ServiceSpec> services) {
        return "ready at " + addresses(endpoint) + " (" + endpoint.stack().deviceName() + ", MTU "
                + endpoint.stack().mtu() + "): "
                + services.stream().map(ServiceSpec::toString).collect(Collectors.joining(" "));
    }

    /** The stack's addresses as people write them. */
    static String addresses(final Endpoint endpoint) {
        return endpoint.stack().addresses().stream().map(IpAddress::toString).collect(Collectors.joining(" and "));
    }

    private static String besideCommand(final Endpoint endpoint, final String attempt) {
        return endpoint.plan().attach()
                ? "try " + attempt
                : "a second terminal gets in by " + enter(endpoint) + attempt;
    }

    private static String alone(final Endpoint endpoint, final String attempt) {
        final String how = endpoint.plan().attach() ? attempt : enter(endpoint) + attempt;
        return "try, in a second terminal: " + how + "   (Ctrl-C here ends it)";
    }

    /** What a second terminal puts before a command. */
    static String enter(final Endpoint endpoint) {
        final String name = endpoint.plan().name();
        final boolean chosen =
                !name.equals(Long.toString(ProcessHandle.current().pid()));
        return "./culvert exec " + (chosen ? "--name " + name + " " : "") + "-- ";
    }

    private static String attempt(final Endpoint endpoint, final List<ServiceSpec> services) {
        final ServiceSpec spec = services.stream()
                .filter(service -> service.kind() == ServiceKind.HTTP)
                .findFirst()
                .orElse(services.get(0));
        if (spec.kind() == ServiceKind.HTTP) {
            final boolean usual = spec.port() == ServiceKind.HTTP.defaultPort();
            final IpAddress address = endpoint.stack().addresses().get(0);
            final String host = address.isV4() ? address.toString() : "[" + address + "]";
            return "curl http://" + host + (usual ? "/" : ":" + spec.port() + "/");
        }
        return "nc -N " + endpoint.stack().addresses().get(0) + " " + spec.port();
    }
}
