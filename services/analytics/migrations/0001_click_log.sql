-- placeholder: replaced by the analytics schema
select 1;
