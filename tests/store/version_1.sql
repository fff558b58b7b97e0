PRAGMA user_version=1;
BEGIN TRANSACTION;
CREATE TABLE attempts (
	id VARCHAR NOT NULL, 
	scenario VARCHAR NOT NULL, 
	scenarios_folder VARCHAR NOT NULL, 
	seed INTEGER NOT NULL, 
	candidate VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	provider VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, 
	ready_at VARCHAR, 
	ended_at VARCHAR, 
	PRIMARY KEY (id)
);
INSERT INTO "attempts" VALUES('x7k2p9','deploy-service','',42,'Zoé Lefèvre','fr','kind','submitted','2026-11-23T14:50:00.000Z','2026-11-23T14:51:00.000Z','2026-11-23T15:00:00.000Z');
CREATE TABLE audit (
	number INTEGER NOT NULL, 
	attempt VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	who VARCHAR NOT NULL, 
	from_state VARCHAR NOT NULL, 
	to_state VARCHAR NOT NULL, 
	note VARCHAR NOT NULL, 
	PRIMARY KEY (number), 
	FOREIGN KEY(attempt) REFERENCES attempts (id)
);
INSERT INTO "audit" VALUES(1,'x7k2p9','2026-11-23T14:50:00.000Z','examiner','','starting','deploy-service for Zoé Lefèvre');
INSERT INTO "audit" VALUES(2,'x7k2p9','2026-11-23T14:51:00.000Z','examiner','starting','ready','');
INSERT INTO "audit" VALUES(3,'x7k2p9','2026-11-23T15:00:00.000Z','examiner','ready','ready','judging ended with an error; it may be submitted again');
INSERT INTO "audit" VALUES(4,'x7k2p9','2026-11-23T15:00:00.000Z','examiner','ready','submitted','passed, 10 of 10 points');
CREATE TABLE submissions (
	number INTEGER NOT NULL, 
	attempt VARCHAR NOT NULL, 
	made_at VARCHAR NOT NULL, 
	final BOOLEAN NOT NULL, 
	verdict VARCHAR NOT NULL, 
	points INTEGER NOT NULL, 
	max_points INTEGER NOT NULL, 
	evidence_path VARCHAR NOT NULL, 
	evidence_digest VARCHAR NOT NULL, 
	result_json VARCHAR NOT NULL, 
	PRIMARY KEY (number), 
	FOREIGN KEY(attempt) REFERENCES attempts (id)
);
INSERT INTO "submissions" VALUES(1,'x7k2p9','2026-11-23T15:00:00.000Z',0,'error',0,10,'/results/e.json.gz','sha256:00','{"schema": 1, "title": {"fr": "é", "en": "e"}}');
INSERT INTO "submissions" VALUES(2,'x7k2p9','2026-11-23T15:00:00.000Z',1,'passed',10,10,'/results/e.json.gz','sha256:00','{"schema": 1, "title": {"fr": "é", "en": "e"}}');
CREATE INDEX ix_attempts_state ON attempts (state);
CREATE UNIQUE INDEX one_final_submission ON submissions (attempt) WHERE final IS 1;
CREATE INDEX ix_submissions_attempt ON submissions (attempt);
CREATE INDEX ix_audit_attempt ON audit (attempt);
COMMIT;
