// franz-go: prints a line of JSON with the outcome of each scenario.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

const wait = 90 * time.Second

var bootstrap, prefix string

type line struct {
	Scenario string `json:"scenario"`
	Outcome  string `json:"outcome"`
	Detail   string `json:"detail"`
	Ms       int64  `json:"ms"`
}

func main() {
	bootstrap, prefix = os.Args[1], os.Args[2]
	scenarios := map[string]func(context.Context) error{
		"none":                  codec("none", kgo.NoCompression()),
		"gzip":                  codec("gzip", kgo.GzipCompression()),
		"snappy":                codec("snappy", kgo.SnappyCompression()),
		"lz4":                   codec("lz4", kgo.Lz4Compression()),
		"zstd":                  codec("zstd", kgo.ZstdCompression()),
		"read-others":           readOthers,
		"round-trip":            roundTrip,
		"offsets":               offsets,
		"administration":        administration,
		"configuration":         configuration,
		"groups":                groups,
		"static-members":        staticMembers,
		"cooperative":           cooperative,
		"group-administration":  groupAdministration,
		"transactions":          transactions,
		"transactional-offsets": transactionalOffsets,
	}
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == "github.com/twmb/franz-go" {
				version = dep.Version
			}
		}
	}
	out := json.NewEncoder(os.Stdout)
	_ = out.Encode(map[string]string{"version": version})
	for _, name := range strings.Split(os.Args[3], ",") {
		result := line{Scenario: name, Outcome: "not-offered"}
		if work, ok := scenarios[name]; ok {
			started := time.Now()
			ctx, cancel := context.WithTimeout(context.Background(), 240*time.Second)
			result.Outcome = "passed"
			if err := work(ctx); err != nil {
				result.Outcome, result.Detail = "failed", err.Error()
			}
			cancel()
			result.Ms = time.Since(started).Milliseconds()
		}
		_ = out.Encode(result)
	}
}

func same(what string, found, wanted any) error {
	if reflect.DeepEqual(found, wanted) {
		return nil
	}
	return fmt.Errorf("%s: %.300v where %.300v was expected", what, found, wanted)
}

func numbered(count int, name string, from int) []string {
	var names []string
	for i := from; i < from+count; i++ {
		names = append(names, fmt.Sprintf("%s-%d", name, i))
	}
	return names
}

func client(opts ...kgo.Opt) (*kgo.Client, error) {
	return kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(bootstrap)}, opts...)...)
}

func send(ctx context.Context, records []*kgo.Record, opts ...kgo.Opt) error {
	producer, err := client(append(opts, kgo.RecordPartitioner(kgo.ManualPartitioner()))...)
	if err != nil {
		return err
	}
	defer producer.Close()
	return producer.ProduceSync(ctx, records...).FirstErr()
}

func write(ctx context.Context, topic string, from, count int) error {
	var records []*kgo.Record
	for i := from; i < from+count; i++ {
		records = append(records, &kgo.Record{Topic: topic, Partition: int32(i % 4), Value: fmt.Appendf(nil, "v-%d", i)})
	}
	return send(ctx, records)
}

// The first so many records of partition 0, without a group.
func read(ctx context.Context, topic string, count int, opts ...kgo.Opt) ([]*kgo.Record, error) {
	from := map[string]map[int32]kgo.Offset{topic: {0: kgo.NewOffset().AtStart()}}
	consumer, err := client(append(opts, kgo.ConsumePartitions(from))...)
	if err != nil {
		return nil, err
	}
	defer consumer.Close()
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	var found []*kgo.Record
	for len(found) < count {
		fetches := consumer.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return found, fmt.Errorf("%d of %d records: %w", len(found), count, err)
		}
		found = append(found, fetches.Records()...)
	}
	return found, nil
}

func texts(records []*kgo.Record) []string {
	var values []string
	for _, record := range records {
		values = append(values, string(record.Value))
	}
	return values
}

func reads(ctx context.Context, topic string, wanted []string, opts ...kgo.Opt) error {
	found, err := read(ctx, topic, len(wanted), opts...)
	if err != nil {
		return err
	}
	return same("records", texts(found), wanted)
}

func codec(name string, compression kgo.CompressionCodec) func(context.Context) error {
	return func(ctx context.Context) error {
		topic := prefix + "-" + name
		var records []*kgo.Record
		var values []string
		for _, value := range numbered(200, "v", 0) {
			value += " " + strings.Repeat("x", 500)
			values = append(values, value)
			records = append(records, &kgo.Record{Topic: topic, Value: []byte(value)})
		}
		if err := send(ctx, records, kgo.ProducerBatchCompression(compression), kgo.ProducerLinger(50*time.Millisecond)); err != nil {
			return err
		}
		return reads(ctx, topic, values)
	}
}

func readOthers(ctx context.Context) error {
	return reads(ctx, "seed", numbered(100, "seed", 0))
}

func roundTrip(ctx context.Context) error {
	topic := prefix + "-round-trip"
	at := time.UnixMilli(1_700_000_000_123)
	headers := []kgo.RecordHeader{{Key: "a", Value: []byte("1")}, {Key: "a", Value: []byte("2")}, {Key: "empty", Value: []byte{}}, {Key: "none"}}
	err := send(ctx, []*kgo.Record{
		{Topic: topic, Key: []byte("k1"), Value: []byte("v1"), Timestamp: at, Headers: headers},
		{Topic: topic, Key: []byte("k2"), Timestamp: at},
		{Topic: topic, Value: []byte("v3"), Timestamp: at},
	})
	if err != nil {
		return err
	}
	records, err := read(ctx, topic, 3)
	if err != nil {
		return err
	}
	var found []string
	for _, record := range records {
		text := fmt.Sprintf("%s %s %v %v %d", record.Key, record.Value, record.Key == nil, record.Value == nil, record.Timestamp.UnixMilli())
		for _, header := range record.Headers {
			text += fmt.Sprintf(" %s=%s,%v", header.Key, header.Value, header.Value == nil)
		}
		found = append(found, text)
	}
	return same("records", found, []string{
		"k1 v1 false false 1700000000123 a=1,false a=2,false empty=,false none=,true",
		"k2  false true 1700000000123",
		" v3 true false 1700000000123",
	})
}

func admin() (*kadm.Client, func(), error) {
	// It keeps what it was told of topics for some seconds, and would answer from that.
	under, err := client(kgo.MetadataMinAge(10 * time.Millisecond))
	if err != nil {
		return nil, nil, err
	}
	return kadm.NewClient(under), under.Close, nil
}

func offsets(ctx context.Context) error {
	topic := prefix + "-offsets"
	var records []*kgo.Record
	for _, at := range []int64{1000, 2000, 3000} {
		records = append(records, &kgo.Record{Topic: topic, Value: []byte("v"), Timestamp: time.UnixMilli(at)})
	}
	if err := send(ctx, records); err != nil {
		return err
	}
	adm, done, err := admin()
	if err != nil {
		return err
	}
	defer done()
	starts, err1 := adm.ListStartOffsets(ctx, topic)
	ends, err2 := adm.ListEndOffsets(ctx, topic)
	after, err3 := adm.ListOffsetsAfterMilli(ctx, 1500, topic)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	var found []int64
	for _, listed := range []kadm.ListedOffsets{starts, ends, after} {
		one, _ := listed.Lookup(topic, 0)
		found = append(found, one.Offset)
	}
	return same("begins, ends, at 1500", found, []int64{0, 3, 1})
}

func administration(ctx context.Context) error {
	topic := prefix + "-made"
	adm, done, err := admin()
	if err != nil {
		return err
	}
	defer done()
	retention := "3600000"
	if _, err := adm.CreateTopic(ctx, 2, 1, map[string]*string{"retention.ms": &retention}, topic); err != nil {
		return err
	}
	grown, err := adm.CreatePartitions(ctx, 1, topic)
	if err != nil {
		return err
	}
	if err := grown.Error(); err != nil {
		return err
	}
	listed, err := adm.ListTopics(ctx, topic)
	if err != nil {
		return err
	}
	if err := same("partitions", len(listed[topic].Partitions), 3); err != nil {
		return err
	}
	var records []*kgo.Record
	for range 10 {
		records = append(records, &kgo.Record{Topic: topic, Value: []byte("v")})
	}
	if err := send(ctx, records); err != nil {
		return err
	}
	before := kadm.Offsets{}
	before.Add(kadm.Offset{Topic: topic, Partition: 0, At: 5})
	if _, err := adm.DeleteRecords(ctx, before); err != nil {
		return err
	}
	starts, err := adm.ListStartOffsets(ctx, topic)
	if err != nil {
		return err
	}
	first, _ := starts.Lookup(topic, 0)
	if err := same("begins", first.Offset, int64(5)); err != nil {
		return err
	}
	dirs, err := adm.DescribeAllLogDirs(ctx, nil)
	if err != nil {
		return err
	}
	for _, of := range dirs {
		if err := of.Error(); err != nil {
			return err
		}
	}
	if _, err := adm.DeleteTopic(ctx, topic); err != nil {
		return err
	}
	listed, err = adm.ListTopics(ctx, topic)
	if err != nil {
		return err
	}
	return same("gone", errors.Is(listed[topic].Err, kerr.UnknownTopicOrPartition), true)
}

func configuration(ctx context.Context) error {
	topic := prefix + "-offsets"
	adm, done, err := admin()
	if err != nil {
		return err
	}
	defer done()
	value, policy := "7200000", "compact"
	changes := []kadm.AlterConfig{
		{Op: kadm.SetConfig, Name: "retention.ms", Value: &value},
		{Op: kadm.AppendConfig, Name: "cleanup.policy", Value: &policy},
	}
	altered, err := adm.AlterTopicConfigs(ctx, changes, topic)
	if err != nil {
		return err
	}
	for _, one := range altered {
		if one.Err != nil {
			return one.Err
		}
	}
	described, err := adm.DescribeTopicConfigs(ctx, topic)
	if err != nil {
		return err
	}
	found := map[string]string{}
	for _, resource := range described {
		for _, config := range resource.Configs {
			found[config.Key] = config.MaybeValue()
		}
	}
	return same("configuration", []string{found["retention.ms"], found["cleanup.policy"]}, []string{value, "delete,compact"})
}

type member struct {
	client *kgo.Client
	stop   context.CancelFunc
	done   chan struct{}

	mu          sync.Mutex
	partitions  []int32
	revoked     []int32
	values      []string
	assignments int
}

func join(topic, group string, opts ...kgo.Opt) (*member, error) {
	m := &member{done: make(chan struct{})}
	all := append([]kgo.Opt{
		kgo.ConsumerGroup(group),
		kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.SessionTimeout(10 * time.Second),
		kgo.HeartbeatInterval(500 * time.Millisecond),
		kgo.DisableAutoCommit(),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, got map[string][]int32) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.assignments++
			m.partitions = append(m.partitions, got[topic]...)
			slices.Sort(m.partitions)
		}),
		kgo.OnPartitionsRevoked(m.lost(topic)),
		kgo.OnPartitionsLost(m.lost(topic)),
	}, opts...)
	under, err := client(all...)
	if err != nil {
		return nil, err
	}
	m.client = under
	ctx, stop := context.WithCancel(context.Background())
	m.stop = stop
	go func() {
		defer close(m.done)
		for ctx.Err() == nil {
			records := under.PollFetches(ctx).Records()
			if len(records) == 0 {
				continue
			}
			_ = under.CommitRecords(ctx, records...)
			m.mu.Lock()
			m.values = append(m.values, texts(records)...)
			m.mu.Unlock()
		}
	}()
	return m, nil
}

func (m *member) lost(topic string) func(context.Context, *kgo.Client, map[string][]int32) {
	return func(_ context.Context, _ *kgo.Client, lost map[string][]int32) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.revoked = append(m.revoked, lost[topic]...)
		m.partitions = slices.DeleteFunc(m.partitions, func(p int32) bool { return slices.Contains(lost[topic], p) })
	}
}

func (m *member) end() {
	m.stop()
	<-m.done
	m.client.Close()
}

func (m *member) holds(count int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.partitions) == count
}

func (m *member) has(count int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.values) >= count
}

func until(ctx context.Context, what string, probe func() bool) error {
	deadline := time.Now().Add(wait)
	for !probe() {
		if time.Now().After(deadline) || ctx.Err() != nil {
			return errors.New("waited in vain for " + what)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}

func groups(ctx context.Context) error {
	topic, group := prefix+"-groups", prefix+"-group"
	balancer := kgo.Balancers(kgo.RangeBalancer())
	a, err := join(topic, group, balancer)
	if err != nil {
		return err
	}
	if err := until(ctx, "four partitions for one", func() bool { return a.holds(4) }); err != nil {
		return err
	}
	b, err := join(topic, group, balancer)
	if err != nil {
		return err
	}
	if err := until(ctx, "two for each", func() bool { return a.holds(2) && b.holds(2) }); err != nil {
		return err
	}
	if err := write(ctx, topic, 0, 40); err != nil {
		return err
	}
	if err := until(ctx, "20 records each", func() bool { return a.has(20) && b.has(20) }); err != nil {
		return err
	}
	b.end()
	if err := until(ctx, "four partitions again", func() bool { return a.holds(4) }); err != nil {
		return err
	}
	if err := write(ctx, topic, 40, 40); err != nil {
		return err
	}
	if err := until(ctx, "40 more", func() bool { return a.has(60) }); err != nil {
		return err
	}
	a.end()
	all := slices.Sorted(slices.Values(append(a.values, b.values...)))
	if err := same("each once", all, slices.Sorted(slices.Values(numbered(80, "v", 0)))); err != nil {
		return err
	}
	c, err := join(topic, group, balancer)
	if err != nil {
		return err
	}
	defer c.end()
	if err := until(ctx, "four partitions for the next", func() bool { return c.holds(4) }); err != nil {
		return err
	}
	if err := write(ctx, topic, 80, 4); err != nil {
		return err
	}
	if err := until(ctx, "four new records", func() bool { return c.has(4) }); err != nil {
		return err
	}
	return same("only what is new", slices.Sorted(slices.Values(c.values)), numbered(4, "v", 80))
}

func cooperative(ctx context.Context) error {
	topic := prefix + "-cooperative"
	balancer := kgo.Balancers(kgo.CooperativeStickyBalancer())
	a, err := join(topic, topic, balancer)
	if err != nil {
		return err
	}
	defer a.end()
	if err := until(ctx, "four partitions for one", func() bool { return a.holds(4) }); err != nil {
		return err
	}
	b, err := join(topic, topic, balancer)
	if err != nil {
		return err
	}
	defer b.end()
	if err := until(ctx, "two for each", func() bool { return a.holds(2) && b.holds(2) }); err != nil {
		return err
	}
	return same("given up", slices.Sorted(slices.Values(a.revoked)), b.partitions)
}

func staticMembers(ctx context.Context) error {
	topic, group := prefix+"-static-members", prefix+"-static"
	a, err := join(topic, group, kgo.InstanceID("one"))
	if err != nil {
		return err
	}
	defer a.end()
	b, err := join(topic, group, kgo.InstanceID("two"))
	if err != nil {
		return err
	}
	if err := until(ctx, "two for each", func() bool { return a.holds(2) && b.holds(2) }); err != nil {
		return err
	}
	held, before := slices.Clone(b.partitions), a.assignments
	b.end()
	again, err := join(topic, group, kgo.InstanceID("two"))
	if err != nil {
		return err
	}
	defer again.end()
	if err := until(ctx, "its partitions", func() bool { return again.holds(2) }); err != nil {
		return err
	}
	return errors.Join(same("the same partitions", again.partitions, held), same("no rebalance", a.assignments, before))
}

func groupAdministration(ctx context.Context) error {
	topic, group := prefix+"-group-administration", prefix+"-administered"
	if err := send(ctx, []*kgo.Record{{Topic: topic, Value: []byte("v-0")}, {Topic: topic, Value: []byte("v-1")}, {Topic: topic, Value: []byte("v-2")}}); err != nil {
		return err
	}
	m, err := join(topic, group)
	if err != nil {
		return err
	}
	if err := until(ctx, "three records", func() bool { return m.has(3) }); err != nil {
		return err
	}
	adm, done, err := admin()
	if err != nil {
		return err
	}
	defer done()
	described, err := adm.DescribeGroups(ctx, group)
	if err != nil {
		return err
	}
	if err := same("members", len(described[group].Members), 1); err != nil {
		return err
	}
	m.end()
	listed, err := adm.ListGroups(ctx)
	if err != nil {
		return err
	}
	if err := same("listed", slices.Contains(listed.Groups(), group), true); err != nil {
		return err
	}
	committed := func() int64 {
		found, err := adm.FetchOffsets(ctx, group)
		if err != nil {
			return -2
		}
		one, _ := found.Lookup(topic, 0)
		return one.At
	}
	if err := same("committed", committed(), int64(3)); err != nil {
		return err
	}
	change := kadm.Offsets{}
	change.Add(kadm.Offset{Topic: topic, Partition: 0, At: 1, LeaderEpoch: -1, Metadata: "a note"})
	if err := adm.CommitAllOffsets(ctx, group, change); err != nil {
		return err
	}
	if err := same("set", committed(), int64(1)); err != nil {
		return err
	}
	lag, err := adm.Lag(ctx, group)
	if err != nil {
		return err
	}
	if err := same("lag", lag[group].Lag.Total(), int64(2)); err != nil {
		return err
	}
	if _, err := adm.DeleteGroup(ctx, group); err != nil {
		return err
	}
	listed, err = adm.ListGroups(ctx)
	if err != nil {
		return err
	}
	return same("gone", slices.Contains(listed.Groups(), group), false)
}

func transactions(ctx context.Context) error {
	topic := prefix + "-transactions"
	producer, err := client(kgo.TransactionalID(prefix + "-txn"))
	if err != nil {
		return err
	}
	defer producer.Close()
	for _, name := range []string{"first", "second", "third"} {
		if err := producer.BeginTransaction(); err != nil {
			return err
		}
		for _, value := range numbered(10, name, 0) {
			producer.Produce(ctx, &kgo.Record{Topic: topic, Value: []byte(value)}, nil)
		}
		if err := producer.Flush(ctx); err != nil {
			return err
		}
		if err := producer.EndTransaction(ctx, kgo.TransactionEndTry(name != "second")); err != nil {
			return err
		}
	}
	wanted := append(numbered(10, "first", 0), numbered(10, "third", 0)...)
	if err := reads(ctx, topic, wanted, kgo.FetchIsolationLevel(kgo.ReadCommitted())); err != nil {
		return err
	}
	all, err := read(ctx, topic, 30)
	if err != nil {
		return err
	}
	return same("all", len(all), 30)
}

func transactionalOffsets(ctx context.Context) error {
	source, sink, group := prefix+"-source", prefix+"-sink", prefix+"-transform"
	var records []*kgo.Record
	for _, value := range numbered(10, "v", 0) {
		records = append(records, &kgo.Record{Topic: source, Value: []byte(value)})
	}
	if err := send(ctx, records); err != nil {
		return err
	}
	session, err := kgo.NewGroupTransactSession(
		kgo.SeedBrokers(bootstrap),
		kgo.TransactionalID(prefix+"-transform"),
		kgo.ConsumerGroup(group),
		kgo.ConsumeTopics(source),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.SessionTimeout(10*time.Second),
		kgo.HeartbeatInterval(500*time.Millisecond),
	)
	if err != nil {
		return err
	}
	defer session.Close()
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	moved := 0
	for moved < 10 {
		fetches := session.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return err
		}
		if err := session.Begin(); err != nil {
			return err
		}
		for _, record := range fetches.Records() {
			session.Produce(ctx, &kgo.Record{Topic: sink, Value: record.Value}, nil)
			moved++
		}
		if ok, err := session.End(ctx, kgo.TryCommit); err != nil || !ok {
			return fmt.Errorf("the transaction was not committed: %w", err)
		}
	}
	if err := reads(ctx, sink, numbered(10, "v", 0), kgo.FetchIsolationLevel(kgo.ReadCommitted())); err != nil {
		return err
	}
	adm, done, err := admin()
	if err != nil {
		return err
	}
	defer done()
	found, err := adm.FetchOffsets(ctx, group)
	if err != nil {
		return err
	}
	one, _ := found.Lookup(source, 0)
	return same("committed", one.At, int64(10))
}
