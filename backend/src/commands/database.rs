//! The database of a server, as commands open it.

use clap::Args;
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use std::path::PathBuf;

/// Where a server keeps its data.
#[derive(Debug, Args)]
pub struct DataArgs {
    /// Data folder of the server: its keys, and the embedded database where there is no other
    #[arg(long, env = "ZHENXUE_DATA", default_value = "data", value_name = "DIR")]
    pub data: PathBuf,

    /// PostgreSQL that the server uses instead of the embedded database
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
}

impl DataArgs {
    /// The PostgreSQL that is used instead of the embedded database.
    pub fn postgres(&self) -> Option<&str> {
        self.database_url.as_deref()
    }

    /// Opens the database without making or migrating one.
    ///
    /// # Errors
    /// What is not there, and what to do.
    pub async fn connect(&self) -> Result<DatabaseConnection, String> {
        let url = match &self.database_url {
            Some(url) => url.clone(),
            None => {
                let file = self.data.join("zhenxue.db");
                if !file.is_file() {
                    return Err(format!(
                        "{} is not there; give the server's data folder with --data, or its database with DATABASE_URL",
                        file.display()
                    ));
                }
                format!("sqlite://{}?mode=rw", file.display())
            }
        };
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        Database::connect(options)
            .await
            .map_err(|error| format!("the database cannot be opened: {error}"))
    }
}
