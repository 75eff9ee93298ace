//! The tree against the published vectors, against its own definition, and against a foreign implementation.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use ledger::{Edge, Hash, Node, Tile, edge, tile, tree, verify};
use proptest::prelude::*;
use std::collections::BTreeMap;
// The same tests as the browser would run them: `cargo xtask test tests-wasm`.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The reference entries and roots that the Certificate Transparency implementations share.
const ENTRIES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// All tiles of a tree, as a store would keep them: one row per tile, the newest width.
#[derive(Default)]
struct Store {
    tiles: BTreeMap<(u8, u64), Vec<u8>>,
    size: u64,
}

impl Store {
    fn grow(&mut self, leaves: impl IntoIterator<Item = Hash>) -> Hash {
        // Loading the edge anew each time also tests what a restart does.
        let mut edge = Edge::load(self.size, |tile| self.read(tile)).unwrap();
        for leaf in leaves {
            edge.append(leaf);
        }
        for (tile, bytes) in edge.take_grown() {
            let tile::Kind::Hashes(level) = tile.kind else {
                panic!("an edge has no entries")
            };
            assert!(tile.exists_in(edge.size()), "{tile}");
            self.tiles.insert((level, tile.index), bytes);
        }
        self.size = edge.size();
        edge.root().unwrap()
    }

    fn read(&self, tile: Tile) -> Vec<u8> {
        let tile::Kind::Hashes(level) = tile.kind else {
            return Vec::new();
        };
        self.tiles
            .get(&(level, tile.index))
            .cloned()
            .unwrap_or_default()
    }

    fn hash_of(&self, node: Node) -> Option<Hash> {
        Tile::hash_of(node, self.tiles.get(&Tile::around(node))?)
    }
}

fn leaf(n: u64) -> Hash {
    Hash::leaf(&n.to_be_bytes())
}

/// RFC 6962's definition of the Merkle tree hash, word for word.
fn definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::empty_root(),
        [leaf] => *leaf,
        more => {
            let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
            Hash::node(definition(left), definition(right))
        }
    }
}

#[test]
fn published_roots() {
    let mut store = Store::default();
    assert_eq!(hex::encode(store.grow([]).0), ROOTS[0]);
    for (entry, root) in ENTRIES.iter().zip(&ROOTS[1..]) {
        let entry = hex::decode(entry).unwrap();
        assert_eq!(hex::encode(store.grow([Hash::leaf(&entry)]).0), *root);
    }
}

#[test]
fn published_proofs() {
    let mut store = Store::default();
    store.grow(
        ENTRIES
            .iter()
            .map(|entry| Hash::leaf(&hex::decode(entry).unwrap())),
    );
    let hex_of = |proof: Vec<Hash>| {
        proof
            .iter()
            .map(|hash| hex::encode(hash.0))
            .collect::<Vec<_>>()
    };
    // PATH(5, D[8]) and PROOF(6, D[8]), as the Certificate Transparency implementations share them.
    assert_eq!(
        hex_of(tree::inclusion(5, 8, |node| store.hash_of(node)).unwrap()),
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
    assert_eq!(
        hex_of(tree::consistency(6, 8, |node| store.hash_of(node)).unwrap()),
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
}

#[test]
fn every_inclusion_and_consistency_proof_of_small_trees() {
    const SIZE: u64 = 70;
    let leaves: Vec<Hash> = (0..SIZE).map(leaf).collect();
    let mut store = Store::default();
    store.grow(leaves.iter().copied());
    let roots: Vec<Hash> = (0..=leaves.len())
        .map(|size| definition(&leaves[..size]))
        .collect();
    for new in 0..=SIZE {
        let root = roots[usize::try_from(new).unwrap()];
        assert_eq!(tree::root(new, |node| store.hash_of(node)).unwrap(), root);
        for index in 0..new {
            let proof = tree::inclusion(index, new, |node| store.hash_of(node)).unwrap();
            assert_eq!(
                verify::inclusion(leaf(index), index, new, &proof, root),
                Ok(())
            );
            // The same proof for a neighbour, another size, a shorter and a longer proof.
            assert!(verify::inclusion(leaf(index), index + 1, new, &proof, root).is_err());
            assert!(verify::inclusion(leaf(index + 1), index, new, &proof, root).is_err());
            assert!(
                verify::inclusion(
                    leaf(index),
                    index,
                    new,
                    &proof[..proof.len().saturating_sub(1)],
                    root
                )
                .is_err()
                    || proof.is_empty()
            );
            let longer = [proof.as_slice(), &[root]].concat();
            assert!(verify::inclusion(leaf(index), index, new, &longer, root).is_err());
        }
        for old in 0..=new {
            let proof = tree::consistency(old, new, |node| store.hash_of(node)).unwrap();
            let old_root = roots[usize::try_from(old).unwrap()];
            assert_eq!(
                verify::consistency(old, old_root, new, root, &proof),
                Ok(()),
                "{old} in {new}"
            );
            for position in 0..proof.len() {
                let mut forged = proof.clone();
                forged[position].0[7] ^= 1;
                assert!(verify::consistency(old, old_root, new, root, &forged).is_err());
            }
            if old != new {
                assert!(verify::consistency(old, root, new, root, &proof).is_err());
            }
        }
    }
}

/// The foreign implementation keeps its hashes in one flat list.
struct Flat(Vec<tlog_tiles::Hash>);

impl tlog_tiles::HashReader for Flat {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes
            .iter()
            .map(|index| self.0[usize::try_from(*index).unwrap()])
            .collect())
    }
}

#[test]
fn a_foreign_implementation_agrees_on_roots_and_proofs() {
    const SIZE: u64 = 600;
    let mut flat = Flat(Vec::new());
    let mut store = Store::default();
    for n in 0..SIZE {
        let more = tlog_tiles::stored_hashes(n, &n.to_be_bytes(), &flat).unwrap();
        flat.0.extend(more);
        let root = store.grow([leaf(n)]);
        assert_eq!(tlog_tiles::tree_hash(n + 1, &flat).unwrap().0, root.0);
    }
    let root = tree::root(SIZE, |node| store.hash_of(node)).unwrap();
    let theirs = |proof: &[Hash]| {
        proof
            .iter()
            .map(|hash| tlog_tiles::Hash(hash.0))
            .collect::<Vec<_>>()
    };
    for index in (0..SIZE).step_by(7) {
        let proof = tree::inclusion(index, SIZE, |node| store.hash_of(node)).unwrap();
        assert_eq!(
            tlog_tiles::prove_record(SIZE, index, &flat).unwrap(),
            theirs(&proof)
        );
        tlog_tiles::check_record(
            &theirs(&proof),
            SIZE,
            tlog_tiles::Hash(root.0),
            index,
            tlog_tiles::Hash(leaf(index).0),
        )
        .unwrap();
    }
    for old in (1..SIZE).step_by(11) {
        let proof = tree::consistency(old, SIZE, |node| store.hash_of(node)).unwrap();
        assert_eq!(
            tlog_tiles::prove_tree(SIZE, old, &flat).unwrap(),
            theirs(&proof)
        );
    }
}

#[test]
fn big_trees_survive_tile_borders() {
    // 70 000 leaves: the example of the tlog-tiles text. Loaded anew at sizes around the borders.
    let mut store = Store::default();
    let mut all = Vec::new();
    for step in [255, 1, 1, 255, 65_024, 1, 4_463] {
        let more: Vec<Hash> = (0..step).map(|n| leaf(store.size + n)).collect();
        all.extend(more.iter().copied());
        assert_eq!(store.grow(more), definition(&all), "size {}", all.len());
    }
    assert_eq!(store.size, 70_000);
    let widths: Vec<(u8, u64, u16)> = edge::edge_tiles(70_000)
        .iter()
        .map(|tile| match tile.kind {
            tile::Kind::Hashes(level) => (level, tile.index, tile.width),
            tile::Kind::Entries => panic!("hash tiles only"),
        })
        .collect();
    assert_eq!(widths, [(0, 273, 112), (1, 1, 17), (2, 0, 1)]);
    for index in [0, 255, 256, 65_535, 65_536, 69_999] {
        let proof = tree::inclusion(index, 70_000, |node| store.hash_of(node)).unwrap();
        verify::inclusion(leaf(index), index, 70_000, &proof, definition(&all)).unwrap();
    }
}

#[test]
fn a_torn_tile_is_noticed() {
    let mut store = Store::default();
    store.grow((0..300).map(leaf));
    store.tiles.get_mut(&(0, 1)).unwrap().truncate(43 * 32);
    let torn = Edge::load(300, |tile| store.read(tile)).unwrap_err();
    assert_eq!(torn.tile.to_string(), "tile/0/001.p/44");
    assert_eq!(torn.found, 43);
}

#[test]
fn tile_paths() {
    for (path, index, width) in [
        ("tile/0/000", 0, 256),
        ("tile/0/000.p/1", 0, 1),
        ("tile/3/x001/x234/067", 1_234_067, 256),
        ("tile/7/x001/000.p/255", 1_000, 255),
    ] {
        let tile: Tile = path.parse().unwrap();
        assert_eq!((tile.index, tile.width), (index, width));
        assert_eq!(tile.to_string(), path);
    }
    assert_eq!(
        "tile/entries/999.p/12".parse::<Tile>().unwrap().kind,
        tile::Kind::Entries
    );
    for path in [
        "",
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/+00",
        "tile/data/000",
        "tile/0/000/",
        "tile/0/../000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert!(path.parse::<Tile>().is_err(), "{path}");
    }
}

#[test]
fn bundles() {
    let entries: [&[u8]; 3] = [b"", b"one", &[7; 65_535]];
    let bundle = tile::bundle(entries).unwrap();
    assert_eq!(tile::entries(&bundle).unwrap(), entries);
    assert!(tile::entries(&bundle[..bundle.len() - 1]).is_none());
    assert!(tile::bundle([[0; 65_536].as_slice()]).is_err());
}

proptest! {
    /// Whatever byte of leaf, proof, root, index or size changes, the proof fails.
    #[test]
    fn a_changed_byte_breaks_an_inclusion_proof(size in 1_u64..600, at in any::<prop::sample::Index>(), hash in any::<prop::sample::Index>(), bit in 0_u32..256) {
        let mut store = Store::default();
        let root = store.grow((0..size).map(leaf));
        let index = u64::try_from(at.index(usize::try_from(size).unwrap())).unwrap();
        let proof = tree::inclusion(index, size, |node| store.hash_of(node)).unwrap();
        prop_assert!(verify::inclusion(leaf(index), index, size, &proof, root).is_ok());
        let mut all = [vec![leaf(index), root], proof].concat();
        let changed = hash.index(all.len());
        all[changed].0[usize::try_from(bit / 8).unwrap()] ^= 1 << (bit % 8);
        prop_assert!(verify::inclusion(all[0], index, size, &all[2..], all[1]).is_err());
    }

    #[test]
    fn any_path_is_read_as_it_is_printed(level in 0_u8..64, index in any::<u64>(), width in 1_u16..=256) {
        let tile = Tile { kind: tile::Kind::Hashes(level), index, width };
        prop_assert_eq!(tile.to_string().parse::<Tile>(), Ok(tile));
    }

    #[test]
    fn any_text_is_refused_or_read(path in "\\PC{0,40}", bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = path.parse::<Tile>();
        let _ = tile::entries(&bytes);
    }
}
