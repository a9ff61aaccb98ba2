//! From text to the bytes of a target: encoded, then packed. Equal texts give equal bytes: archives hold no time.

use std::io::{self, Cursor, Write};

use zip::write::SimpleFileOptions;

use crate::output::packing::{Packer, Packing};
use crate::record::form::{Compression, Encoding};

/// Returns the bytes of a text; `name` is that of the file, from which the name within an archive is made.
///
/// # Errors
/// Characters that the encoding does not have; what a packer says.
pub(super) fn pack(
    text: &str,
    name: &str,
    compression: Compression,
    encoding: Encoding,
) -> io::Result<Vec<u8>> {
    let bytes = encode(text, encoding)?;
    match compression {
        Compression::None => Ok(bytes),
        Compression::Gzip => packed(Packing::Gzip, &bytes),
        Compression::Xz => packed(Packing::Xz, &bytes),
        Compression::Bzip2 => packed(Packing::Bzip2, &bytes),
        Compression::Zip => zipped(&bytes, inner(name, &[".zip"])),
        Compression::TarGz => packed(
            Packing::Gzip,
            &tar(&bytes, inner(name, &[".tar.gz", ".tgz"]))?,
        ),
        Compression::TarXz => packed(
            Packing::Xz,
            &tar(&bytes, inner(name, &[".tar.xz", ".txz"]))?,
        ),
        Compression::TarBzip2 => packed(
            Packing::Bzip2,
            &tar(&bytes, inner(name, &[".tar.bz2", ".tbz2"]))?,
        ),
    }
}

/// Returns the name of a file without the ending that its packing gives it.
fn inner<'n>(name: &'n str, endings: &[&str]) -> &'n str {
    let found = endings.iter().find_map(|ending| name.strip_suffix(ending));
    found.filter(|name| !name.is_empty()).unwrap_or(name)
}

fn encode(text: &str, encoding: Encoding) -> io::Result<Vec<u8>> {
    let missing = |c: char| {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("the encoding {} has no '{c}'", encoding.name()),
        )
    };
    Ok(match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        // UTF-16 as such begins with a mark that tells the order.
        Encoding::Utf16 => [0xff, 0xfe]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect(),
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Latin1 | Encoding::Windows1252 => text
            .chars()
            .map(|c| {
                let byte = u8::try_from(u32::from(c)).map_err(|_| missing(c))?;
                let differs = encoding == Encoding::Windows1252 && (0x80..0xa0).contains(&byte);
                if differs { Err(missing(c)) } else { Ok(byte) }
            })
            .collect::<io::Result<_>>()?,
    })
}

fn packed(packing: Packing, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let mut packer = Packer::new(Some(packing), &mut packed)?;
    packer.write_all(bytes)?;
    packer.close()?;
    drop(packer);
    Ok(packed)
}

fn zipped(bytes: &[u8], name: &str) -> io::Result<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    writer.start_file(name, options)?;
    writer.write_all(bytes)?;
    Ok(writer.finish()?.into_inner())
}

fn tar(bytes: &[u8], name: &str) -> io::Result<Vec<u8>> {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_data(&mut header, name, bytes)?;
    builder.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_give_equal_bytes() {
        let all = [
            Compression::Gzip,
            Compression::Zip,
            Compression::Xz,
            Compression::Bzip2,
            Compression::TarGz,
            Compression::TarXz,
            Compression::TarBzip2,
        ];
        for compression in all {
            let packed = || pack("a b c", "out.nq.packed", compression, Encoding::Utf8).unwrap();
            assert_eq!(packed(), packed(), "{compression:?}");
        }
    }

    #[test]
    fn what_an_encoding_lacks_is_said() {
        let none = Compression::None;
        assert!(pack("ж", "a", none, Encoding::Latin1).is_err());
        assert_eq!(pack("é", "a", none, Encoding::Latin1).unwrap(), [0xe9]);
        assert_eq!(
            pack("é", "a", none, Encoding::Utf16).unwrap(),
            [0xff, 0xfe, 0xe9, 0]
        );
    }
}
