// An OPC UA server on the gopcua stack, for tests. It has no TranslateBrowsePaths, no history, no events, no subscription
// transfer, no republish, and stamps no source time unless the node does: what small servers on a shop floor are like.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/server"
	"github.com/gopcua/opcua/ua"
)

const namespace = "urn:plantscope:gopcua"
const interval = 200 * time.Millisecond

func main() {
	port, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	// The stack lists secured endpoints, but does not answer on them (v0.8.0).
	s := server.New(
		server.EndPoint("127.0.0.1", port),
		server.EnableSecurity("None", ua.MessageSecurityModeNone),
		server.EnableAuthMode(ua.UserTokenTypeAnonymous),
	)
	plant := server.NewNodeNameSpace(s, namespace)
	root, err := s.Namespace(0)
	if err != nil {
		log.Fatal(err)
	}
	root.Objects().AddRef(plant.Objects(), id.HasComponent, true)

	counter := plant.AddNewVariableStringNode("Counter", tickNow())
	temperature := plant.AddNewVariableNode("Temperature", float32(61.5))
	running := plant.AddNewVariableStringNode("Running", true)
	name := plant.AddNewVariableStringNode("Name", "Pump 7")
	for _, node := range []*server.Node{counter, temperature, running, name} {
		plant.Objects().AddRef(node, id.HasComponent, true)
	}
	if err := s.Start(context.Background()); err != nil {
		log.Fatal(err)
	}
	untilListening(port)
	fmt.Println("ready")

	last := ticks()
	for range time.Tick(interval / 4) {
		// One value a publishing interval is all this server keeps, so a late timer skips values by its nature.
		if now := ticks(); now != last {
			last = now
			value := tickNow()
			if err := counter.SetAttribute(ua.AttributeIDValue, value); err != nil {
				log.Fatal(err)
			}
			plant.ChangeNotification(counter.ID())
		}
	}
}

func ticks() int64 { return time.Now().UnixNano() / int64(interval) }

// tickNow is the number of the present tick, stamped with the time of that tick.
func tickNow() *ua.DataValue {
	k := ticks()
	return &ua.DataValue{
		EncodingMask:    ua.DataValueValue | ua.DataValueSourceTimestamp,
		Value:           ua.MustVariant(float64(k)),
		SourceTimestamp: time.Unix(0, k*int64(interval)),
	}
}

func untilListening(port int) {
	for {
		connection, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			connection.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}
