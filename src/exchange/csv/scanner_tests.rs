//! The scanner against the `csv` crate, and against files that never end.

use super::*;
use proptest::prelude::*;

fn scan(bytes: &[u8]) -> Result<Vec<Vec<String>>> {
    let mut scanner = Scanner::new(TextSource::new(bytes, None));
    let mut records = Vec::new();
    while scanner.read(b',')? {
        records.push(scanner.cells().iter().map(str::to_owned).collect());
    }
    Ok(records)
}

#[test]
fn all_line_ends_and_a_missing_last_one_are_read() {
    for text in ["a,b\nc,d\n", "a,b\r\nc,d\r\n", "a,b\rc,d", "a,b\nc,d"] {
        assert_eq!(scan(text.as_bytes()).unwrap(), [["a", "b"], ["c", "d"]], "{text:?}");
    }
    assert_eq!(scan(b"a,").unwrap(), [["a", ""]]);
    assert!(scan(b"").unwrap().is_empty());
}

#[test]
fn line_breaks_in_cells_are_folded_and_do_not_count_as_rows() {
    let mut scanner = Scanner::new(TextSource::new(&b"h\n\"a\r\nb\rc\nd\"\"e\"\nz\n"[..], None));
    assert!(scanner.read(b',').is_ok() && scanner.read(b',').is_ok());
    assert_eq!(scanner.cells().get(0), Some("a\nb\nc\nd\"e"));
    assert!(scanner.read(b',').is_ok());
    assert_eq!((scanner.cells().row(), scanner.cells().get(0)), (3, Some("z")));
}

#[test]
fn an_unclosed_quote_names_the_row_where_it_began() {
    let error = scan(b"a,b\n1,2\n3,\"four\n5,6\n7,8\n").unwrap_err();
    assert!(error.message().starts_with("row 3: the quote that opens the cell in column 2"), "{error}");
}

#[test]
fn a_bad_byte_names_its_own_row_and_not_the_buffers() {
    let mut bytes = b"a\n".repeat(100_000);
    bytes.extend_from_slice(b"caf\xE9\n");
    let error = scan(&bytes).unwrap_err();
    assert_eq!(error.message(), "row 100001: byte 200003 (0xE9) is not UTF-8");
}

#[test]
fn a_cell_of_a_gigabyte_is_refused_after_some_megabytes() {
    struct Counted(u64, &'static [u8]);
    impl Read for Counted {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            buffer.fill(b'x');
            if self.0 == 0 {
                buffer[..self.1.len()].copy_from_slice(self.1);
            }
            self.0 += buffer.len() as u64;
            assert!(self.0 < 24 << 20, "the scanner reads on past its limit");
            Ok(buffer.len())
        }
    }
    for beginning in [&b"a\n\""[..], b"a\n"] {
        let mut scanner = Scanner::new(TextSource::new(Counted(0, beginning), None));
        assert!(scanner.read(b',').is_ok());
        let error = Error::from(scanner.read(b',').map(|_| ()).unwrap_err());
        assert_eq!(error.message(), "row 2: the cell in column 1 is larger than 16 MiB");
    }
}

#[test]
fn a_row_of_a_hundred_thousand_cells_is_refused() {
    assert!(scan(&b",".repeat(100_000)).is_err_and(|error| error.message().contains("16384 cells")));
}

proptest! {
    #[test]
    fn records_agree_with_the_csv_crate(
        rows in prop::collection::vec(prop::collection::vec("[a\",;\n é]{0,6}", 2..4), 0..6),
        crlf in any::<bool>(),
    ) {
        let end = if crlf { ::csv::Terminator::CRLF } else { ::csv::Terminator::Any(b'\n') };
        let mut writer = ::csv::WriterBuilder::new().flexible(true).terminator(end).from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        prop_assert_eq!(scan(&writer.into_inner().unwrap()).unwrap(), rows);
    }

    #[test]
    fn any_bytes_are_read_or_refused_and_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = scan(&bytes);
    }
}
