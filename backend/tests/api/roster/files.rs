//! Files of every kind, and files made to break their reader.

use super::helpers::{admin, class, csv, preview, try_preview};
use crate::{
    harness::{Store, TestApp},
    on_both,
};
use contract::roster::ROSTER_BYTES_MAX;
use robot::Identity;
use rust_xlsxwriter::{Format, Workbook};
use serde_json::json;
use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

fn xlsx(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

fn zipped(name: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(content).unwrap();
    zip.finish().unwrap().into_inner()
}

on_both! {
    async fn the_same_roster_in_every_form_comes_to_the_same(app) {
        let admin = admin(&app).await;
        let class = class(&admin, "电工班").await.class;
        let people = [("王芳", app.next_identity()), ("欧阳建国", app.next_identity())];
        let utf8 = csv(&people);
        let expected = preview(&admin, class, utf8.as_bytes()).await;
        assert_eq!((expected.n_invited, expected.n_left_out), (2, 0));
        let with_mark = [b"\xef\xbb\xbf", utf8.as_bytes()].concat();
        let (gb18030, _, unmappable) = encoding_rs::GB18030.encode(&utf8);
        assert!(!unmappable && std::str::from_utf8(&gb18030).is_err());
        let book = xlsx(|sheet| {
            let text = Format::new().set_num_format("@");
            for (column, head) in [(0, "手机号码"), (1, "序号"), (2, "身份证号"), (3, "姓名")] {
                sheet.write_string(0, column, head).unwrap();
            }
            for (row, (name, identity)) in (1..).zip(people) {
                // Phone numbers become numbers in a spreadsheet, and lose nothing by it.
                sheet.write_number(row, 0, identity.phone().parse::<f64>().unwrap()).unwrap();
                sheet.write_number(row, 1, row).unwrap();
                sheet.write_string_with_format(row, 2, identity.id_number(), &text).unwrap();
                sheet.write_string(row, 3, name).unwrap();
            }
        });
        for file in [with_mark, gb18030.into_owned(), book] {
            let found = preview(&admin, class, &file).await;
            assert_eq!(found.rows, expected.rows);
            // Another file is another preview, whatever it says.
            assert_ne!(found.digest, expected.digest);
        }
    }

    async fn the_template_is_a_roster_without_rows(app) {
        let admin = admin(&app).await;
        let class = class(&admin, "电工班").await.class;
        let template = admin.get("/api/admin/roster-template").await;
        assert_eq!(template.status, 200);
        let answer = try_preview(&admin, class, &template.bytes).await;
        assert_eq!(answer.json()["fields"], json!([{"field": "file", "problem": "missing"}]));
    }

    async fn an_id_number_that_a_spreadsheet_counted_with_is_named(app) {
        let admin = admin(&app).await;
        let class = class(&admin, "电工班").await.class;
        let book = xlsx(|sheet| {
            for (column, head) in [(0, "name"), (1, "ID number"), (2, "phone")] {
                sheet.write_string(0, column, head).unwrap();
            }
            sheet.write_string(1, 0, "王芳").unwrap();
            sheet.write_number(1, 1, 210_102_199_001_011_234_f64).unwrap();
            sheet.write_number(1, 2, 13_711_110_001_f64).unwrap();
        });
        let found = preview(&admin, class, &book).await;
        assert_eq!(json!(found.rows[0].problems), json!([{"column": "id_number", "reason": "lost_digits"}]));
        assert_eq!(found.rows[0].phone, "13711110001");
        let csv = "name,ID number,phone\n王芳,2.10102E+17,13711110001\n";
        let found = preview(&admin, class, csv.as_bytes()).await;
        assert_eq!(json!(found.rows[0].problems), json!([{"column": "id_number", "reason": "lost_digits"}]));
    }

    async fn what_is_no_roster_is_refused_and_says_why(app) {
        let admin = admin(&app).await;
        let class = class(&admin, "电工班").await.class;
        let one = csv(&[("王芳", app.next_identity())]);
        let rows = |n: u32| {
            let people: Vec<_> = (0..n).map(|n| ("王芳", Identity::new(100_000 + n))).collect();
            csv(&people)
        };
        // Real bombs: 64 MB of nothing in 64 KB, and the same with a lie about its size.
        let bomb = zipped("xl/worksheets/sheet1.xml", &vec![b' '; 64 << 20]);
        assert!(bomb.len() < 256 << 10, "{}", bomb.len());
        let size = (64_u32 << 20).to_le_bytes();
        let mut liar = bomb.clone();
        for at in 0..liar.len() - 4 {
            if liar[at..at + 4] == size {
                liar[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
            }
        }
        assert_ne!(liar, bomb);
        for (what, file, field, problem) in [
            ("nothing", Vec::new(), "file", "missing"),
            ("a head", one.lines().next().unwrap().as_bytes().to_vec(), "file", "missing"),
            ("noise", (0..=255).collect(), "file", "form"),
            ("no xlsx", zipped("readme.txt", b"hello"), "file", "form"),
            ("half an xlsx", bomb[..bomb.len() / 2].to_vec(), "file", "form"),
            ("a bomb", bomb, "file", "range"),
            ("too many rows", rows(5_001).into_bytes(), "file", "too_long"),
            ("no phones", "姓名,身份证号\n王芳,1\n".as_bytes().to_vec(), "file.phone", "missing"),
        ] {
            let answer = try_preview(&admin, class, &file).await;
            assert_eq!(answer.code(), "422 invalid", "{what}");
            assert_eq!(answer.json()["fields"], json!([{"field": field, "problem": problem}]), "{what}");
        }
        assert_eq!(try_preview(&admin, class, &liar).await.code(), "422 invalid");
        let large = vec![b'a'; ROSTER_BYTES_MAX + 1];
        assert_eq!(try_preview(&admin, class, &large).await.json()["fields"][0]["problem"], "too_long");
        let larger = vec![b'a'; ROSTER_BYTES_MAX + 10_000];
        assert_eq!(try_preview(&admin, class, &larger).await.code(), "413 too_large");
        assert_eq!(preview(&admin, class, rows(5_000).as_bytes()).await.n_invited, 5_000);
    }
}

/// Two cells in the corners of a sheet are a table of 17 thousand million.
#[tokio::test]
async fn cells_far_apart_cost_nothing() {
    let app = TestApp::new(Store::Sqlite).await.unwrap();
    let admin = admin(&app).await;
    let class = class(&admin, "电工班").await.class;
    let identity = app.next_identity();
    let book = xlsx(|sheet| {
        for (column, head) in [(0, "姓名"), (1, "身份证号"), (2, "手机号")] {
            sheet.write_string(0, column, head).unwrap();
        }
        sheet.write_string(1_048_575, 16_383, "far").unwrap();
        let last = 1_048_574;
        sheet.write_string(last, 0, "王芳").unwrap();
        sheet.write_string(last, 1, identity.id_number()).unwrap();
        sheet.write_string(last, 2, identity.phone()).unwrap();
    });
    let found = preview(&admin, class, &book).await;
    assert_eq!(
        (found.rows.len(), found.rows[0].line, found.n_invited),
        (1, 1_048_575, 1)
    );
}
