# order 
# complete no
