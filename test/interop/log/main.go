// Logcheck reads and writes C2SP tlog-tiles logs with implementations that mcp-lock shares no code with:
// golang.org/x/mod/sumdb (note, tlog) and tessera's client with transparency-dev/merkle.
//
//	logcheck read URL VKEY SIZE INDEX...   verifies a log over HTTP, and refuses every byte of it flipped
//	logcheck write DIR ORIGIN SIZE         writes a log of the records "record 0", "record 1", ..., prints its key
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/client"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	log.SetFlags(0)
	args := os.Args[1:]
	switch {
	case len(args) > 3 && args[0] == "read":
		read(args[1], args[2], number(args[3]), args[4:])
	case len(args) == 4 && args[0] == "write":
		write(args[1], args[2], number(args[3]))
	default:
		log.Fatal("usage: logcheck read URL VKEY SIZE INDEX... | write DIR ORIGIN SIZE")
	}
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	check(err)
	return n
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// ---------------------------------------------------------------- read

// A tileReader reads tiles over HTTP, by their C2SP paths: those of x/mod without the height.
type tileReader struct{ prefix string }

func (r tileReader) Height() int                         { return 8 }
func (r tileReader) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (r tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		bytes, err := get(r.prefix + strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if err != nil {
			return nil, err
		}
		data[i] = bytes
	}
	return data, nil
}

func get(address string) ([]byte, error) {
	response, err := http.Get(address)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", address, response.Status)
	}
	return io.ReadAll(response.Body)
}

func read(prefix, vkey string, size int64, indexes []string) {
	verifier, err := note.NewVerifier(vkey)
	check(err)
	signed, err := get(prefix + "checkpoint")
	check(err)
	tree := openTree(signed, verifier)
	if tree.N != size {
		log.Fatalf("expected %d records, got %d", size, tree.N)
	}
	refuseFlipped("checkpoint", signed, func(changed []byte) bool {
		opened, err := note.Open(changed, note.VerifierList(verifier))
		// Go's base64 takes any value for the bits behind the last byte: the same signature, spelled otherwise.
		return err == nil && !bytes.Equal(decoded(opened), decoded(opens(signed, verifier)))
	})
	withTlog(prefix, tree, indexes)
	withTessera(prefix, verifier, tree, indexes)
	fmt.Printf("ok %d\n", size)
}

func opens(signed []byte, verifier note.Verifier) *note.Note {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	return opened
}

func decoded(opened *note.Note) []byte {
	signature, err := base64.StdEncoding.DecodeString(opened.Sigs[0].Base64)
	check(err)
	return append([]byte(opened.Text), signature...)
}

// tlog.ParseTree wants the first line that Go's checksum database writes.
func openTree(signed []byte, verifier note.Verifier) tlog.Tree {
	opened := opens(signed, verifier)
	origin, rest, _ := strings.Cut(opened.Text, "\n")
	if origin != verifier.Name() {
		log.Fatalf("expected the origin %q, got %q", verifier.Name(), origin)
	}
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + rest))
	check(err)
	return tree
}

func withTlog(prefix string, tree tlog.Tree, indexes []string) {
	hashes := tlog.TileHashReader(tree, tileReader{prefix})
	root, err := tlog.TreeHash(tree.N, hashes)
	check(err)
	if root != tree.Hash {
		log.Fatal("tlog: the tiles have another root than the checkpoint")
	}
	for _, text := range indexes {
		index := number(text)
		leaf := tlog.RecordHash(entry(prefix, index, tree.N))
		inclusion, err := tlog.ProveRecord(tree.N, index, hashes)
		check(err)
		check(tlog.CheckRecord(inclusion, tree.N, tree.Hash, index, leaf))
		for i := range inclusion {
			for b := range inclusion[i] {
				inclusion[i][b] ^= 1
				if tlog.CheckRecord(inclusion, tree.N, tree.Hash, index, leaf) == nil {
					log.Fatalf("tlog: a flipped byte of the proof of %d is accepted", index)
				}
				inclusion[i][b] ^= 1
			}
		}
		old, err := tlog.TreeHash(index+1, hashes)
		check(err)
		consistency, err := tlog.ProveTree(tree.N, index+1, hashes)
		check(err)
		check(tlog.CheckTree(consistency, tree.N, tree.Hash, index+1, old))
	}
}

func withTessera(prefix string, verifier note.Verifier, tree tlog.Tree, indexes []string) {
	ctx := context.Background()
	base, err := url.Parse(prefix)
	check(err)
	fetcher, err := client.NewHTTPFetcher(base, nil)
	check(err)
	checkpoint, _, _, err := client.FetchCheckpoint(ctx, fetcher.ReadCheckpoint, verifier, verifier.Name())
	check(err)
	builder, err := client.NewProofBuilder(ctx, checkpoint.Size, fetcher.ReadTile)
	check(err)
	for _, text := range indexes {
		index := uint64(number(text))
		bundle, err := client.GetEntryBundle(ctx, fetcher.ReadEntryBundle, index/256, checkpoint.Size)
		check(err)
		leaf := rfc6962.DefaultHasher.HashLeaf(bundle.Entries[index%256])
		inclusion, err := builder.InclusionProof(ctx, index)
		check(err)
		check(proof.VerifyInclusion(rfc6962.DefaultHasher, index, checkpoint.Size, leaf, inclusion, checkpoint.Hash))
		old, err := tlog.TreeHash(int64(index)+1, tlog.TileHashReader(tree, tileReader{prefix}))
		check(err)
		consistency, err := builder.ConsistencyProof(ctx, index+1, checkpoint.Size)
		check(err)
		check(proof.VerifyConsistency(rfc6962.DefaultHasher, index+1, checkpoint.Size, consistency, old[:], checkpoint.Hash))
	}
}

// An entry of a bundle: each behind its length in two bytes.
func entry(prefix string, index, size int64) []byte {
	tile := tlog.Tile{H: 8, L: 0, N: index / 256, W: int(min(256, size-index/256*256))}
	data, err := get(prefix + strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1))
	check(err)
	for i := int64(0); ; i++ {
		length := binary.BigEndian.Uint16(data)
		if i == index%256 {
			return data[2 : 2+length]
		}
		data = data[2+length:]
	}
}

func refuseFlipped(what string, data []byte, accepted func([]byte) bool) {
	for i := range data {
		changed := bytes.Clone(data)
		changed[i] ^= 1
		if accepted(changed) {
			log.Fatalf("%s: byte %d flipped is accepted", what, i)
		}
	}
}

// ---------------------------------------------------------------- write

func write(dir, origin string, size int64) {
	secret, vkey, err := note.GenerateKey(rand.Reader, origin)
	check(err)
	signer, err := note.NewSigner(secret)
	check(err)

	var stored []tlog.Hash
	hashes := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			found[i] = stored[index]
		}
		return found, nil
	})
	for i := int64(0); i < size; i++ {
		added, err := tlog.StoredHashes(i, record(i), hashes)
		check(err)
		stored = append(stored, added...)
	}
	for _, tile := range tlog.NewTiles(8, 0, size) {
		data, err := tlog.ReadTileData(tile, hashes)
		check(err)
		save(dir, strings.Replace(tile.Path(), "tile/8/", "tile/", 1), data)
		if tile.L == 0 {
			save(dir, strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1), entries(tile))
		}
	}
	root, err := tlog.TreeHash(size, hashes)
	check(err)
	text := strings.Replace(string(tlog.FormatTree(tlog.Tree{N: size, Hash: root})), "go.sum database tree", origin, 1)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	check(err)
	save(dir, "checkpoint", signed)
	fmt.Println(vkey)
}

func record(i int64) []byte { return fmt.Appendf(nil, "record %d", i) }

func entries(tile tlog.Tile) []byte {
	var data []byte
	for i := tile.N * 256; i < tile.N*256+int64(tile.W); i++ {
		data = binary.BigEndian.AppendUint16(data, uint16(len(record(i))))
		data = append(data, record(i)...)
	}
	return data
}

func save(dir, path string, data []byte) {
	file := filepath.Join(dir, filepath.FromSlash(path))
	check(os.MkdirAll(filepath.Dir(file), 0o755))
	check(os.WriteFile(file, data, 0o644))
}
