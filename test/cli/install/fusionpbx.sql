-- The tables of FusionPBX that Ghostgate looks at, with the columns and types that its app_config.php
-- of version 5 declares, and entries like those that every new system has.
CREATE TABLE v_dialplans (
  domain_uuid uuid,
  dialplan_uuid uuid PRIMARY KEY,
  app_uuid uuid,
  hostname text,
  dialplan_context text,
  dialplan_name text,
  dialplan_number text,
  dialplan_destination boolean,
  dialplan_continue boolean,
  dialplan_xml text,
  dialplan_order numeric,
  dialplan_enabled boolean,
  dialplan_description text,
  insert_date timestamptz,
  insert_user uuid,
  update_date timestamptz,
  update_user uuid
);
CREATE TABLE v_sip_profiles (
  sip_profile_uuid uuid PRIMARY KEY,
  sip_profile_name text,
  sip_profile_hostname text,
  sip_profile_enabled boolean,
  sip_profile_description text
);
CREATE TABLE v_sip_profile_settings (
  sip_profile_setting_uuid uuid PRIMARY KEY,
  sip_profile_uuid uuid,
  sip_profile_setting_name text,
  sip_profile_setting_value text,
  sip_profile_setting_enabled boolean,
  sip_profile_setting_description text
);
INSERT INTO v_dialplans (dialplan_uuid, app_uuid, dialplan_context, dialplan_name,
  dialplan_continue, dialplan_order, dialplan_enabled, dialplan_xml)
VALUES
  ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-00000000000a', 'public',
    'first', true, 10, true, '<extension name="first" continue="true"></extension>'),
  ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-00000000000b', 'public',
    'dänisch''s', false, 100, true, '<extension name="number"></extension>'),
  ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-00000000000c', '${domain_name}',
    'inside', false, 0, true, '<extension name="inside"></extension>');
INSERT INTO v_sip_profiles (sip_profile_uuid, sip_profile_name, sip_profile_enabled)
VALUES ('00000000-0000-4000-8000-000000000004', 'external', true);
INSERT INTO v_sip_profile_settings (sip_profile_setting_uuid, sip_profile_uuid,
  sip_profile_setting_name, sip_profile_setting_value, sip_profile_setting_enabled)
VALUES ('00000000-0000-4000-8000-000000000005', '00000000-0000-4000-8000-000000000004',
  'context', 'public', true);
