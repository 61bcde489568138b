SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.about (
    key character varying NOT NULL,
    value character varying NOT NULL
);
CREATE TABLE public.batch_member (
    campaign character varying NOT NULL,
    round integer NOT NULL,
    "position" integer NOT NULL,
    identifier character varying NOT NULL,
    role character varying NOT NULL,
    reason character varying NOT NULL,
    probability double precision
);
CREATE TABLE public.estimation_member (
    campaign character varying NOT NULL,
    draw integer NOT NULL,
    identifier character varying NOT NULL,
    stratum integer NOT NULL,
    probability double precision NOT NULL,
    model_hash character varying NOT NULL
);
CREATE TABLE public.label_event (
    sequence integer NOT NULL,
    uuid character varying NOT NULL,
    utc character varying NOT NULL,
    campaign character varying NOT NULL,
    round integer NOT NULL,
    batch character varying NOT NULL,
    annotator character varying NOT NULL,
    identifier character varying NOT NULL,
    content_hash character varying NOT NULL,
    role character varying NOT NULL,
    action character varying NOT NULL,
    value character varying,
    sure boolean,
    quality character varying,
    comment character varying,
    model_hash character varying NOT NULL,
    milliseconds integer,
    supersedes character varying
);
CREATE SEQUENCE public.label_event_sequence_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.label_event_sequence_seq OWNED BY public.label_event.sequence;
CREATE TABLE public.round (
    campaign character varying NOT NULL,
    number integer NOT NULL,
    utc character varying NOT NULL,
    model_hash character varying NOT NULL
);
CREATE TABLE public.would_be_asked (
    campaign character varying NOT NULL,
    round integer NOT NULL,
    identifier character varying NOT NULL
);
ALTER TABLE ONLY public.label_event ALTER COLUMN sequence SET DEFAULT nextval('public.label_event_sequence_seq'::regclass);
INSERT INTO public.about VALUES ('version', '1');
INSERT INTO public.batch_member VALUES ('hunt', 0, 0, 'star-0', 'oracle', 'because 0', 0.25);
INSERT INTO public.batch_member VALUES ('hunt', 0, 1, 'star-1', 'estimation', 'because 1', NULL);
INSERT INTO public.batch_member VALUES ('hunt', 0, 2, 'star-2', 'oracle', 'because 2', NULL);
INSERT INTO public.estimation_member VALUES ('hunt', 0, 'star-1', 1, 0.25, 'blind');
INSERT INTO public.label_event VALUES (1, '00000000000000000000000000000001', '2026-01-01T00:00:00+00:00', 'hunt', 0, 'hunt/0000', 'vera', 'star-0', '00ff', 'oracle', 'label', 'emission', NULL, NULL, NULL, 'blind', 812, NULL);
INSERT INTO public.label_event VALUES (2, '00000000000000000000000000000002', '2026-01-02T00:00:00+00:00', 'hunt', 0, 'hunt/0000', 'vera', 'star-0', '00ff', 'oracle', 'comment', NULL, NULL, NULL, 'Hα ''broad'' 😀', 'blind', NULL, '00000000000000000000000000000001');
INSERT INTO public.label_event VALUES (3, '00000000000000000000000000000003', '2026-01-03T00:00:00+00:00', 'hunt', 0, 'hunt/0000', 'vera', 'star-1', '00ff', 'estimation', 'label', 'absorption', NULL, NULL, NULL, 'blind', NULL, NULL);
INSERT INTO public.label_event VALUES (4, '00000000000000000000000000000004', '2026-01-04T00:00:00+00:00', 'hunt', 0, 'hunt/0000', 'vera', 'star-0', '00ff', 'oracle', 'label', 'absorption', NULL, NULL, NULL, 'blind', NULL, '00000000000000000000000000000002');
INSERT INTO public.label_event VALUES (5, '00000000000000000000000000000005', '2026-01-05T00:00:00+00:00', 'hunt', 0, 'hunt/0000', 'vera', 'star-0', '00ff', 'oracle', 'undo', '00000000000000000000000000000004', NULL, NULL, NULL, 'blind', NULL, '00000000000000000000000000000004');
INSERT INTO public.label_event VALUES (6, '00000000000000000000000000000006', '2026-01-06T00:00:00+00:00', 'hunt', 0, 'hunt/0000', 'vera', 'star-2', '00ff', 'oracle', 'skip', NULL, NULL, NULL, NULL, 'blind', NULL, NULL);
INSERT INTO public.label_event VALUES (7, '00000000000000000000000000000007', '2026-01-07T00:00:00+00:00', 'hunt', 0, 'hunt/0000', 'cecilia', 'star-1', '00ff', 'estimation', 'label', 'absorption', NULL, NULL, NULL, 'abc', NULL, NULL);
INSERT INTO public.round VALUES ('hunt', 0, '2026-11-26T16:23:36.786052+00:00', 'blind');
INSERT INTO public.would_be_asked VALUES ('hunt', 0, 'star-2');
SELECT pg_catalog.setval('public.label_event_sequence_seq', 7, true);
ALTER TABLE ONLY public.about
    ADD CONSTRAINT about_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.batch_member
    ADD CONSTRAINT batch_member_campaign_round_identifier_key UNIQUE (campaign, round, identifier);
ALTER TABLE ONLY public.batch_member
    ADD CONSTRAINT batch_member_pkey PRIMARY KEY (campaign, round, "position");
ALTER TABLE ONLY public.estimation_member
    ADD CONSTRAINT estimation_member_pkey PRIMARY KEY (campaign, draw, identifier);
ALTER TABLE ONLY public.label_event
    ADD CONSTRAINT label_event_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY public.label_event
    ADD CONSTRAINT label_event_uuid_key UNIQUE (uuid);
ALTER TABLE ONLY public.round
    ADD CONSTRAINT round_pkey PRIMARY KEY (campaign, number);
ALTER TABLE ONLY public.would_be_asked
    ADD CONSTRAINT would_be_asked_pkey PRIMARY KEY (campaign, round, identifier);
CREATE INDEX chain ON public.label_event USING btree (campaign, annotator, identifier);
