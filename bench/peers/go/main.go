// Counts events by properties.city from a topic's start to its present end: franz-go, sonic, SQLite. Counts and offsets are
// committed in one transaction, so that a restart neither loses nor repeats a record.
//
//	citycount BROKER TOPIC FILE
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/bytedance/sonic"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	_ "modernc.org/sqlite"
)

const (
	maxBatch    = 200_000
	maxInterval = time.Second
)

const schema = `
	CREATE TABLE IF NOT EXISTS city_counts (city TEXT PRIMARY KEY, "count" INTEGER NOT NULL) WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS offsets (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL);`

func main() {
	if err := run(context.Background(), os.Args[1], os.Args[2], os.Args[3]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, broker, topic, file string) error {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		return err
	}
	next, err := saved(db)
	if err != nil {
		return err
	}
	ends, err := behind(ctx, broker, topic, next)
	if err != nil || len(ends) == 0 {
		return err
	}
	return read(ctx, db, broker, topic, next, ends)
}

// saved gives the offsets that the last run committed.
func saved(db *sql.DB) (map[int32]int64, error) {
	next := map[int32]int64{}
	rows, err := db.Query("SELECT partition, next FROM offsets")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var partition int32
		var offset int64
		if err := rows.Scan(&partition, &offset); err != nil {
			return nil, err
		}
		next[partition] = offset
	}
	return next, rows.Err()
}

// behind gives the present ends of the partitions that are not read to there.
func behind(ctx context.Context, broker, topic string, next map[int32]int64) (map[int32]int64, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	listed, err := kadm.NewClient(client).ListCommittedOffsets(ctx, topic)
	if err != nil {
		return nil, err
	}
	ends := map[int32]int64{}
	listed.Each(func(end kadm.ListedOffset) {
		if end.Err != nil {
			err = end.Err
		} else if next[end.Partition] < end.Offset {
			ends[end.Partition] = end.Offset
		}
	})
	return ends, err
}

func read(ctx context.Context, db *sql.DB, broker, topic string, next, ends map[int32]int64) error {
	from := map[int32]kgo.Offset{}
	for partition := range ends {
		from[partition] = kgo.NewOffset().At(next[partition])
	}
	client, err := kgo.NewClient(
		kgo.SeedBrokers(broker),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: from}),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.FetchMaxBytes(64<<20), kgo.FetchMaxPartitionBytes(8<<20),
	)
	if err != nil {
		return err
	}
	defer client.Close()
	counts, records, since := map[string]int64{}, 0, time.Now()
	for len(ends) > 0 {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return err
		}
		for iterator := fetches.RecordIter(); !iterator.Done(); {
			record := iterator.Next()
			if err := count(record, counts); err != nil {
				return err
			}
			records++
			next[record.Partition] = record.Offset + 1
			if record.Offset+1 >= ends[record.Partition] {
				delete(ends, record.Partition)
			}
		}
		if records >= maxBatch || len(ends) == 0 || time.Since(since) > maxInterval {
			if err := commit(db, counts, next); err != nil {
				return err
			}
			clear(counts)
			records, since = 0, time.Now()
		}
	}
	return nil
}

// count looks at the whole record, as sprk does: sonic.Get alone stops at the city.
func count(record *kgo.Record, counts map[string]int64) error {
	if !sonic.Valid(record.Value) {
		return fmt.Errorf("partition %d, offset %d: no JSON", record.Partition, record.Offset)
	}
	node, err := sonic.Get(record.Value, "properties", "city")
	if err != nil {
		return err
	}
	city, err := node.String()
	if err != nil {
		return err
	}
	counts[city]++
	return nil
}

func commit(db *sql.DB, counts map[string]int64, next map[int32]int64) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for city, count := range counts {
		const add = `INSERT INTO city_counts VALUES (?, ?) ON CONFLICT DO UPDATE SET "count" = "count" + excluded."count"`
		if _, err := tx.Exec(add, city, count); err != nil {
			return err
		}
	}
	for partition, offset := range next {
		const move = "INSERT INTO offsets VALUES (?, ?) ON CONFLICT DO UPDATE SET next = excluded.next"
		if _, err := tx.Exec(move, partition, offset); err != nil {
			return err
		}
	}
	return tx.Commit()
}
