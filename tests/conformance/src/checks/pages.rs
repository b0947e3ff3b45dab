//! Lists come page by page.

use serde_json::json;

use crate::check::{Outcome, checks, ensure, same};
use crate::suite::Suite;

checks! {
    "a list says how many rows there are in all, and which page is next",
    "authentik/api/pagination.py, recorded on 2025.10.3 and 2026.2.2" => counted;
    "the page after the last one is 404 with \"Invalid page.\"",
    "recorded on 2025.10.3 and 2026.2.2" => past_the_end;
    "the last page names 0 as the next",
    "recorded on 2025.10.3 and 2026.2.2" => last;
    "a page has a hundred rows where a hundred are asked for",
    "authentik/api/pagination.py: from 2025.12 on at most 100, as authentik comes" => hundred;
    "a filter that isn't known is ignored",
    "django-filter" => unknown_filter;
    "a list is in the order that is asked for",
    "flows_instances_list, ordering by slug, both ways" => ordered;
}

const LIST: &str = "flows/instances/";

async fn counted(suite: &Suite) -> Outcome {
    let answer = suite.get(&format!("{LIST}?page=1&page_size=1")).await?.status(200)?;
    same("rows on the page", &answer.rows()?.len(), &1)?;
    let count = answer.number_at("/pagination/count")?;
    ensure(count > 1, || format!("only {count} flows: authentik brings more"))?;
    same("the next page", &answer.number_at("/pagination/next")?, &2)?;
    same("pages", &answer.number_at("/pagination/total_pages")?, &count)?;
    Ok(())
}

async fn past_the_end(suite: &Suite) -> Outcome {
    let answer = suite.get(&format!("{LIST}?page=9999&page_size=100")).await?;
    answer.says(404, &json!({"detail": "Invalid page."}))?;
    Ok(())
}

async fn last(suite: &Suite) -> Outcome {
    let count = suite.get(&format!("{LIST}?page_size=1")).await?.status(200)?.number_at("/pagination/count")?;
    let answer = suite.get(&format!("{LIST}?page={count}&page_size=1")).await?.status(200)?;
    same("the next page", &answer.number_at("/pagination/next")?, &0)?;
    Ok(())
}

async fn hundred(suite: &Suite) -> Outcome {
    let answer = suite.get(&format!("{LIST}?page=1&page_size=100")).await?.status(200)?;
    let (rows, count) = (answer.rows()?.len(), answer.number_at("/pagination/count")?);
    same("rows", &i64::try_from(rows).unwrap_or(i64::MAX), &count.min(100))?;
    Ok(())
}

async fn unknown_filter(suite: &Suite) -> Outcome {
    let all = suite.get(&format!("{LIST}?page_size=1")).await?.status(200)?.number_at("/pagination/count")?;
    let some = suite.get(&format!("{LIST}?nobody_knows=this&page_size=1")).await?.status(200)?;
    same("rows", &some.number_at("/pagination/count")?, &all)?;
    Ok(())
}

async fn ordered(suite: &Suite) -> Outcome {
    let slugs = async |ordering: &str| {
        let rows = suite.rows(LIST, ("ordering", ordering)).await?;
        Ok::<Vec<String>, crate::check::Wrong>(rows.iter().map(|row| row["slug"].to_string()).collect())
    };
    let (up, mut down) = (slugs("slug").await?, slugs("-slug").await?);
    down.reverse();
    same("the other way round", &down, &up)?;
    Ok(())
}
