BEGIN TRANSACTION;
CREATE TABLE about (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "about" VALUES('version','1');
CREATE TABLE batch_member (
	campaign VARCHAR NOT NULL, 
	round INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	identifier VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	probability FLOAT, 
	PRIMARY KEY (campaign, round, position), 
	UNIQUE (campaign, round, identifier)
);
INSERT INTO "batch_member" VALUES('hunt',0,0,'star-0','oracle','because 0',0.25);
INSERT INTO "batch_member" VALUES('hunt',0,1,'star-1','estimation','because 1',NULL);
INSERT INTO "batch_member" VALUES('hunt',0,2,'star-2','oracle','because 2',NULL);
CREATE TABLE estimation_member (
	campaign VARCHAR NOT NULL, 
	draw INTEGER NOT NULL, 
	identifier VARCHAR NOT NULL, 
	stratum INTEGER NOT NULL, 
	probability FLOAT NOT NULL, 
	model_hash VARCHAR NOT NULL, 
	PRIMARY KEY (campaign, draw, identifier)
);
INSERT INTO "estimation_member" VALUES('hunt',0,'star-1',1,0.25,'blind');
CREATE TABLE label_event (
	sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	uuid VARCHAR NOT NULL, 
	utc VARCHAR NOT NULL, 
	campaign VARCHAR NOT NULL, 
	round INTEGER NOT NULL, 
	batch VARCHAR NOT NULL, 
	annotator VARCHAR NOT NULL, 
	identifier VARCHAR NOT NULL, 
	content_hash VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	action VARCHAR NOT NULL, 
	value VARCHAR, 
	sure BOOLEAN, 
	quality VARCHAR, 
	comment VARCHAR, 
	model_hash VARCHAR NOT NULL, 
	milliseconds INTEGER, 
	supersedes VARCHAR, 
	UNIQUE (uuid)
);
INSERT INTO "label_event" VALUES(1,'00000000000000000000000000000001','2026-01-01T00:00:00+00:00','hunt',0,'hunt/0000','vera','star-0','00ff','oracle','label','emission',NULL,NULL,NULL,'blind',812,NULL);
INSERT INTO "label_event" VALUES(2,'00000000000000000000000000000002','2026-01-02T00:00:00+00:00','hunt',0,'hunt/0000','vera','star-0','00ff','oracle','comment',NULL,NULL,NULL,'Hα ''broad'' 😀','blind',NULL,'00000000000000000000000000000001');
INSERT INTO "label_event" VALUES(3,'00000000000000000000000000000003','2026-01-03T00:00:00+00:00','hunt',0,'hunt/0000','vera','star-1','00ff','estimation','label','absorption',NULL,NULL,NULL,'blind',NULL,NULL);
INSERT INTO "label_event" VALUES(4,'00000000000000000000000000000004','2026-01-04T00:00:00+00:00','hunt',0,'hunt/0000','vera','star-0','00ff','oracle','label','absorption',NULL,NULL,NULL,'blind',NULL,'00000000000000000000000000000002');
INSERT INTO "label_event" VALUES(5,'00000000000000000000000000000005','2026-01-05T00:00:00+00:00','hunt',0,'hunt/0000','vera','star-0','00ff','oracle','undo','00000000000000000000000000000004',NULL,NULL,NULL,'blind',NULL,'00000000000000000000000000000004');
INSERT INTO "label_event" VALUES(6,'00000000000000000000000000000006','2026-01-06T00:00:00+00:00','hunt',0,'hunt/0000','vera','star-2','00ff','oracle','skip',NULL,NULL,NULL,NULL,'blind',NULL,NULL);
INSERT INTO "label_event" VALUES(7,'00000000000000000000000000000007','2026-01-07T00:00:00+00:00','hunt',0,'hunt/0000','cecilia','star-1','00ff','estimation','label','absorption',NULL,NULL,NULL,'abc',NULL,NULL);
CREATE TABLE round (
	campaign VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	utc VARCHAR NOT NULL, 
	model_hash VARCHAR NOT NULL, 
	PRIMARY KEY (campaign, number)
);
INSERT INTO "round" VALUES('hunt',0,'2026-11-26T16:13:26.313329+00:00','blind');
CREATE TABLE would_be_asked (
	campaign VARCHAR NOT NULL, 
	round INTEGER NOT NULL, 
	identifier VARCHAR NOT NULL, 
	PRIMARY KEY (campaign, round, identifier)
);
INSERT INTO "would_be_asked" VALUES('hunt',0,'star-2');
CREATE INDEX chain ON label_event (campaign, annotator, identifier);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('label_event',7);
COMMIT;
