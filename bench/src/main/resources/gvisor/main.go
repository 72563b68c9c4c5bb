// A server over gVisor's TCP/IP stack on a TUN interface, to be measured beside Culvert. It answers on the ports of
// dev.culvert.bench.churn.Exchange, says "ready", and to every line on its input what CPU time it has used, in ns:
// all of it and the part outside the kernel. It ends with its input.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"

	gvisorlog "gvisor.dev/gvisor/pkg/log"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/fdbased"
	"gvisor.dev/gvisor/pkg/tcpip/link/tun"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"
)

const (
	serverCloses = 8001
	clientCloses = 8002
	echo         = 8004
	source       = 8005
	sink         = 8006
	backlog      = 4096
)

var response = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 152\r\n\r\n" +
	strings.Repeat("So it goes, on and on. ", 7)[:152]

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: gvisor TUN ADDRESS MTU")
	}
	mtu, err := strconv.Atoi(os.Args[3])
	if err != nil {
		log.Fatal("not an MTU: ", os.Args[3])
	}
	gvisorlog.SetTarget(&gvisorlog.Writer{Next: io.Discard}) // it warns of each connection that ends before it is accepted
	s := newStack(os.Args[1], net.ParseIP(os.Args[2]).To4(), uint32(mtu))
	listen(s, serverCloses, func(c net.Conn) {
		if answer(c) {
			c.Close()
		}
	})
	listen(s, clientCloses, func(c net.Conn) {
		answer(c)
		io.Copy(io.Discard, c)
		c.Close()
	})
	listen(s, echo, func(c net.Conn) {
		io.Copy(c, c)
		c.Close()
	})
	listen(s, source, func(c net.Conn) {
		piece := make([]byte, 1<<16)
		for {
			if _, err := c.Write(piece); err != nil {
				c.Close()
				return
			}
		}
	})
	listen(s, sink, func(c net.Conn) {
		io.CopyBuffer(io.Discard, struct{ io.Reader }{c}, make([]byte, 1<<16))
		c.Close()
	})
	fmt.Println("ready")
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		var used syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &used)
		fmt.Println(used.Utime.Nano()+used.Stime.Nano(), used.Utime.Nano())
	}
}

func newStack(name string, address net.IP, mtu uint32) *stack.Stack {
	fd, err := tun.Open(name)
	if err != nil {
		log.Fatal("cannot open ", name, ": ", err)
	}
	link, err := fdbased.New(&fdbased.Options{FDs: []int{fd}, MTU: mtu})
	if err != nil {
		log.Fatal("no link over ", name, ": ", err)
	}
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
	})
	if err := s.CreateNIC(1, link); err != nil {
		log.Fatal(err)
	}
	own := tcpip.ProtocolAddress{
		Protocol:          ipv4.ProtocolNumber,
		AddressWithPrefix: tcpip.Address(address).WithPrefix(),
	}
	if err := s.AddProtocolAddress(1, own, stack.AddressProperties{}); err != nil {
		log.Fatal(err)
	}
	s.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: 1}})
	sack := tcpip.TCPSACKEnabled(true)
	s.SetTransportProtocolOption(tcp.ProtocolNumber, &sack)
	moderate := tcpip.TCPModerateReceiveBufferOption(true)
	s.SetTransportProtocolOption(tcp.ProtocolNumber, &moderate)
	return s
}

func listen(s *stack.Stack, port uint16, serve func(net.Conn)) {
	var queue waiter.Queue
	endpoint, err := s.NewEndpoint(tcp.ProtocolNumber, ipv4.ProtocolNumber, &queue)
	if err == nil {
		err = endpoint.Bind(tcpip.FullAddress{NIC: 1, Port: port})
	}
	if err == nil {
		err = endpoint.Listen(backlog)
	}
	if err != nil {
		log.Fatal("cannot listen on ", port, ": ", err)
	}
	listener := gonet.NewTCPListener(s, &queue, endpoint)
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				log.Fatal("cannot accept on ", port, ": ", err)
			}
			go serve(c)
		}
	}()
}

// answer waits for a request and responds.
func answer(c net.Conn) bool {
	request := make([]byte, 4096)
	if _, err := c.Read(request); err != nil {
		c.Close()
		return false
	}
	_, err := c.Write([]byte(response))
	return err == nil
}
