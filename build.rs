//! Two things that must be known before the crate compiles: the files of the shipped example, which are embedded, and
//! whether libclang is there when RocksDB is asked for (its own build looks for it last, after about 20 minutes).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() {
    if let Err(error) = embed_example() {
        println!("cargo::error=the shipped example cannot be embedded: {error}");
    }
    if env::var_os("CARGO_FEATURE_ROCKSDB").is_some() && !libclang_is_there() {
        println!(
            "cargo::error=the feature `rocksdb` needs libclang; install it (Debian, Ubuntu: `apt install libclang-dev`, \
             Fedora: `dnf install clang-devel`, macOS: `xcode-select --install`) or set LIBCLANG_PATH"
        );
    }
}

/// Writes a table of (path, text) of everything that makes the example: manifest, ontology, data and queries.
fn embed_example() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = vec![root.join("factmill.toml")];
    for folder in ["ontology", "data", "queries"] {
        println!("cargo::rerun-if-changed={folder}");
        walk(&root.join(folder), &mut files)?;
    }
    println!("cargo::rerun-if-changed=factmill.toml");
    files.sort();
    let mut table = String::from("&[\n");
    for file in files {
        let Ok(name) = file.strip_prefix(&root) else {
            continue;
        };
        let name = name.to_string_lossy().replace('\\', "/");
        // By the compiler's own idea of where the package is: a build folder may be kept when the package moves.
        let path = format!(
            "concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?})",
            format!("/{name}")
        );
        let _ = writeln!(table, "    ({name:?}, include_str!({path})),");
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("example.rs");
    fs::write(out, table)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Looks where the binding generator will look: the variable, then the usual folders of the system.
fn libclang_is_there() -> bool {
    println!("cargo::rerun-if-env-changed=LIBCLANG_PATH");
    let mut folders: Vec<PathBuf> = env::var_os("LIBCLANG_PATH")
        .map(PathBuf::from)
        .into_iter()
        .collect();
    for folder in [
        "/usr/lib",
        "/usr/lib64",
        "/usr/local/lib",
        "/opt/homebrew/opt/llvm/lib",
        "/Library/Developer/CommandLineTools/usr/lib",
    ] {
        folders.push(PathBuf::from(folder));
    }
    for base in ["/usr/lib", "/usr/local"] {
        let inner = fs::read_dir(base)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        for folder in inner.filter(|path| path.is_dir()) {
            folders.push(folder.join("lib"));
            folders.push(folder);
        }
    }
    folders.iter().any(|folder| {
        let library = |name: &str| {
            name.starts_with("libclang")
                && !name.contains("cpp")
                && (name.contains(".so") || name.ends_with(".dylib"))
        };
        let named = |path: &Path| {
            path.file_name()
                .is_some_and(|name| library(&name.to_string_lossy()))
        };
        named(folder)
            || fs::read_dir(folder)
                .into_iter()
                .flatten()
                .flatten()
                .any(|entry| named(&entry.path()))
    }) || Path::new("C:\\Program Files\\LLVM\\bin\\libclang.dll").exists()
}
