// Puts and gets keys of etcd with its own client library, for a client process that measures. A line of the input is a request: `put 17 key-4` or
// `get 17 key-4`, where 17 is its number; a line of the output is its answer: `17`, or `17 why it failed`. Any number may be under way.
//
//	client PAYLOAD_BYTES ENDPOINT…
package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

const (
	callTimeout = 30 * time.Second
	answersMax  = 4096
)

func main() {
	payloadBytes, err := strconv.Atoi(os.Args[1])
	exitOn(err)
	client, err := clientv3.New(clientv3.Config{Endpoints: os.Args[2:], DialTimeout: 10 * time.Second})
	exitOn(err)
	pool := make([]byte, 16<<20)
	rand.New(rand.NewSource(1)).Read(pool)
	answers := make(chan string, answersMax)
	go write(answers)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		go func() { answers <- answer(client, words, pool, payloadBytes) }()
	}
}

func answer(client *clientv3.Client, words []string, pool []byte, payloadBytes int) string {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	var err error
	if words[0] == "put" {
		at := rand.Intn(len(pool) - payloadBytes)
		_, err = client.Put(ctx, words[2], string(pool[at:at+payloadBytes]))
	} else {
		// Linearizable, unless it is told otherwise.
		_, err = client.Get(ctx, words[2])
	}
	if err != nil {
		return words[1] + " " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	return words[1]
}

// Answers that are there together leave together.
func write(answers <-chan string) {
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	for line := range answers {
		out.WriteString(line)
		out.WriteByte('\n')
		if len(answers) == 0 {
			out.Flush()
		}
	}
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
